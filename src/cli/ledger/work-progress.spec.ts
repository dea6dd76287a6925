import { describe, expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { Screen } from '../screen.js';
import { WorkProgress } from './work-progress.js';

/** A minute of work, told ten times a second. */
const written = (isTTY: boolean): string[] => {
  const lines: string[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  let now = 0;
  const progress = new WorkProgress(new Screen(Object.assign(output, { isTTY, columns: 60 })), () => now);
  for (; now <= 60_000; now += 100) progress.moved(() => `${now} ${'x'.repeat(100)}`);
  progress.clear();
  return lines;
};

describe('the progress of long work', () => {
  test('is a line every ten seconds where nobody looks on', () => {
    const lines = written(false);
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      '10000',
      '20000',
      '30000',
      '40000',
      '50000',
      '60000',
    ]);
    expect(lines.every((line) => line.endsWith('x\n'))).toBe(true);
  });

  test('is one line that changes on a terminal, no longer than it, and is gone at the end', () => {
    const lines = written(true);
    expect(lines.length).toBe(301);
    for (const text of lines) expect(text.replace('\r\u001b[K', '').length).toBeLessThan(60);
    expect(lines.at(-1)).toBe('\r\u001b[K');
  });
});
