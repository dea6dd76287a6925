import { expect, test } from '@jest/globals';
import { bytes, rate } from './sizes.js';

test('bytes are told in the unit that fits', () => {
  expect([0, 812, 1024, 4_718_592, 3 * 1024 ** 4].map(bytes)).toEqual([
    '0 B',
    '812 B',
    '1.0 KiB',
    '4.5 MiB',
    '3.0 TiB',
  ]);
});

test('a rate is told once there is time to tell it', () => {
  expect(rate(100, 50)).toBe('');
  expect(rate(2408, 2000)).toBe('1,204/s');
});
