import { describe, expect, test } from '@jest/globals';
import { asOf } from './as-of.js';
import { build, instant, wholeNumber } from './texts.js';

describe('a build', () => {
  test('is a version, and behind the first colon its package, which may have colons itself', () => {
    expect(build('8.0.1')).toEqual({ version: '8.0.1', package: null });
    expect(build('10.0.13:Debian 1:10.0.13+ds-0+deb13u1')).toEqual({
      version: '10.0.13',
      package: 'Debian 1:10.0.13+ds-0+deb13u1',
    });
  });
  test.each(['', 'eight', '8', '8.0.1;rm', ':x'])('is not %j', (text) => {
    expect(() => build(text)).toThrow(/VERSION/);
  });
});

describe('a time', () => {
  test('is told in UTC', () => {
    expect(instant('2026-11-21T05:06:07+02:00')).toBe('2026-11-21T03:06:07.000Z');
    expect(instant('2026-11-21 05:06Z')).toBe('2026-11-21T05:06:00.000Z');
  });
  test.each(['2026-11-21', '2026-11-21T05:06:07', 'yesterday', '2026-13-41T05:06:07Z'])(
    'is not %j: it depends on nothing that is not in it',
    (text) => {
      expect(() => instant(text)).toThrow(/offset/);
    },
  );
});

test('as of is a position or a time, told apart by its form', () => {
  expect(asOf('0000000000000157')).toEqual({ position: '0000000000000157' });
  expect(asOf('2026-11-21T05:06:07Z')).toEqual({ time: '2026-11-21T05:06:07.000Z' });
  expect(() => asOf('2026-11-21')).toThrow(/offset/);
});

test('a count is a whole number from 1', () => {
  expect(wholeNumber('50')).toBe(50);
  for (const text of ['0', '-1', '1.5', 'x', '']) expect(() => wholeNumber(text)).toThrow(/whole number/);
});
