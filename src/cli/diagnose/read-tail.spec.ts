import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { readTail } from './read-tail.js';

const lines = (count: number): string =>
  Array.from({ length: count }, (_, at) => `line ${String(at + 1).padStart(6, '0')}\n`).join('');

test('a short text is read whole', async () => {
  expect(await readTail(Readable.from([Buffer.from('a\nb')]), 100)).toEqual({ text: 'a\nb', firstLine: 1 });
  expect(await readTail(Readable.from([]), 100)).toEqual({ text: '', firstLine: 1 });
});

test.each([1, 7, 1000, 70_000])('a long one from its end, by whole lines, in chunks of %d', async (size) => {
  const bytes = Buffer.from(lines(5000));
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  const { text, firstLine } = await readTail(Readable.from(chunks), 120);
  expect(text).toBe(lines(5000).slice(-120));
  expect(firstLine).toBe(4991);
});

test('half a line at the beginning is left out', async () => {
  const { text, firstLine } = await readTail(Readable.from([Buffer.from('first\nsecond\nthird\n')]), 10);
  expect({ text, firstLine }).toEqual({ text: 'third\n', firstLine: 3 });
});
