import { describe, expect, it } from '@jest/globals';
import { compareDotted, isDevelopment, parseVersion, seriesOf } from './version.js';

describe('QEMU versions', () => {
  it.each([
    ['10.0.13', { major: 10, minor: 0, micro: 13 }],
    ['8.0', { major: 8, minor: 0, micro: 0 }],
    [' 7.2.22 ', { major: 7, minor: 2, micro: 22 }],
    ['2.11.1.1', { major: 2, minor: 11, micro: 1 }],
  ])('reads %j', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  it.each(['', '8', 'v8.0.0', '8.0.0-rc1', '8.0.x', '-1.0.0'])('takes %j for no version', (text) => {
    expect(parseVersion(text)).toBeNull();
  });

  it('orders by number, not by letter', () => {
    expect(['10.0', '8.2', '9.0', '8.10'].sort(compareDotted)).toEqual(['8.2', '8.10', '9.0', '10.0']);
    expect(compareDotted('8.0', '8.0.0')).toBe(0);
  });

  it('tells a series and a development build', () => {
    expect(seriesOf({ major: 8, minor: 0, micro: 1 })).toBe('8.0');
    expect(isDevelopment({ major: 8, minor: 0, micro: 50 })).toBe(true);
    expect(isDevelopment({ major: 8, minor: 0, micro: 5 })).toBe(false);
  });
});
