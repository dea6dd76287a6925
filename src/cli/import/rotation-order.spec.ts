import { expect, test } from '@jest/globals';
import { inRotationOrder } from './rotation-order.js';

const files = (names: readonly string[]): readonly string[] => inRotationOrder(names).map(({ file }) => file);

test('rotations are read oldest first, the log that is written now last', () => {
  expect(files(['q/vm1.log', 'q/vm1.log.1', 'q/vm1.log.10.gz', 'q/vm1.log.2.gz'])).toEqual([
    'q/vm1.log.10.gz',
    'q/vm1.log.2.gz',
    'q/vm1.log.1',
    'q/vm1.log',
  ]);
  expect(files(['vm1.log', 'vm1.log-20261121.gz', 'vm1.log-20261114.gz'])).toEqual([
    'vm1.log-20261114.gz',
    'vm1.log-20261121.gz',
    'vm1.log',
  ]);
});

test('logs are told apart by name and directory, and keep the order in which they were named', () => {
  expect(inRotationOrder(['b/vm1.log', 'a/vm1.log', 'b/vm1.log.1', 'b/vm10.log'])).toEqual([
    { file: 'b/vm1.log.1', log: 'b/vm1.log' },
    { file: 'b/vm1.log', log: 'b/vm1.log' },
    { file: 'a/vm1.log', log: 'a/vm1.log' },
    { file: 'b/vm10.log', log: 'b/vm10.log' },
  ]);
});

test('a file that is named twice is read once', () => {
  expect(files(['vm1.log', 'vm1.log'])).toEqual(['vm1.log']);
});
