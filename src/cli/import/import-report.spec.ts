import { expect, test } from '@jest/globals';
import { addAnswer, newFileReport, reportJson } from './import-report.js';

const answer = (unreadable: number) => ({
  recorded: 2,
  repeated: 1,
  skippedLines: 3,
  vms: ['b', 'a'],
  position: '7',
  unreadable: Array.from({ length: unreadable }, (_, at) => ({ lineNumber: at + 1, text: 'x', why: 'y' })),
});

test('answers add up, and lines are told by the file', () => {
  const report = newFileReport('vm1.log');
  addAnswer(report, answer(1), (line) => line + 10);
  addAnswer(report, answer(2), (line) => (line === 1 ? null : line + 20));
  expect(reportJson([report])).toMatchObject({
    files: [{ file: 'vm1.log', recorded: 4, vms: ['a', 'b'], unreadable: [{ line: 11 }, { line: 22 }] }],
    recorded: 4,
    repeated: 2,
    skippedLines: 6,
    unreadable: 2,
    vms: 2,
    failed: 0,
  });
});

test('unreadable lines are kept up to a bound and counted beyond it', () => {
  const report = newFileReport('vm1.log');
  addAnswer(report, answer(1500), (line) => line);
  expect(report.unreadable).toHaveLength(1000);
  expect(report.unreadableCount).toBe(1500);
});
