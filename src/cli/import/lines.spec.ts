import { expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { linesOf } from './lines.js';

const lines = async (chunks: readonly string[], longest = 100): Promise<string[]> => {
  const found: string[] = [];
  const input = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  for await (const lines of linesOf(input, longest)) found.push(...lines.map(String));
  return found;
};

test('lines are the same however the bytes come', async () => {
  const text = 'one\n\ntwo ü\r\nthree';
  const whole = await lines([text]);
  expect(whole).toEqual(['one', '', 'two ü\r', 'three']);
  const bytes = Readable.from([...Buffer.from(text)].map((byte) => Buffer.from([byte])));
  const single: string[] = [];
  for await (const some of linesOf(bytes, 100)) single.push(...some.map(String));
  expect(single).toEqual(whole);
});

test('a line end at the end begins no further line', async () => {
  expect(await lines(['a\n'])).toEqual(['a']);
  expect(await lines([])).toEqual([]);
});

test('a line longer than the bound is cut, and the next one is whole', async () => {
  expect(await lines(['x'.repeat(30), 'x'.repeat(30), '\nnext\n'], 8)).toEqual(['xxxxxxxx', 'next']);
});
