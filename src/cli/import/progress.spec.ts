import { describe, expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { Screen } from '../screen.js';
import { ProgressTeller } from './progress.js';

const screen = (isTTY: boolean): { screen: Screen; written: string[] } => {
  const written: string[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  return { screen: new Screen(Object.assign(output, { isTTY, columns: 60 })), written };
};

const progress = { file: 'vm1.log', filesDone: 1, filesInAll: 3, bytes: 2048, events: 500 };

describe('the progress of an import', () => {
  test('is a line for each file where nobody looks on', () => {
    const { screen: plain, written } = screen(false);
    const clock = [0, 1000];
    const teller = new ProgressTeller(plain, () => clock.shift() ?? 1000);
    teller.moved(progress);
    teller.fileDone(progress);
    teller.clear();
    expect(written).toEqual(['1/3 files  2.0 KiB  500 events  500/s  vm1.log\n']);
  });

  test('is one line that changes on a terminal, at most five times a second, no longer than the terminal', () => {
    const { screen: tty, written } = screen(true);
    let now = 1000;
    const teller = new ProgressTeller(tty, () => now);
    for (; now < 2000; now += 10) teller.moved({ ...progress, file: 'x'.repeat(100) });
    expect(written.length).toBeLessThanOrEqual(6);
    for (const text of written) expect(text.replace('\r\u001b[K', '').length).toBeLessThan(60);
    teller.clear();
    expect(written.at(-1)).toBe('\r\u001b[K');
  });
});
