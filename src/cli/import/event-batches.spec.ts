import { expect, test } from '@jest/globals';
import { EventBatcher, type EventBatch } from './event-batches.js';

const batches = (lines: readonly string[], mostLines: number): EventBatch[] => {
  const batcher = new EventBatcher({ mostBytes: 10_000, mostLines });
  return [...lines.map((line) => batcher.push(Buffer.from(line))), batcher.take()].filter(
    (batch) => batch !== null,
  );
};

const head = (n: number): string =>
  `2026-11-21 03:10:2${n}.127+0000: event 'lifecycle' for domain 'vm1': Resumed Unpaused`;

test('lines go in batches that know where they begin', () => {
  expect(batches([head(1), head(2), head(3)], 2)).toEqual([
    { text: `${head(1)}\n${head(2)}`, firstLine: 1 },
    { text: head(3), firstLine: 3 },
  ]);
});

test('an event of several lines stays whole', () => {
  const job = [
    "2026-11-21 03:10:32.225+0000: event 'job-completed' for domain 'vm1':",
    '\toperation: 5',
    '\ttime_elapsed: 700',
  ];
  expect(batches([...job, head(1)], 1)).toEqual([
    { text: job.join('\n'), firstLine: 1 },
    { text: head(1), firstLine: 4 },
  ]);
});

test('what goes on for ever is cut all the same', () => {
  const endless = Array.from({ length: 1000 }, () => '\tx: 1');
  expect(batches(endless, 10).length).toBeGreaterThan(2);
});
