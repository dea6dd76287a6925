import { describe, expect, it } from '@jest/globals';
import { inReleases, reachesSeries, type ReleaseRange } from './release-range.js';

/** A fix as fixes land: in 8.2.5, in 9.0.1, and in everything from 9.1 on. */
const FIXED: ReleaseRange = [
  { series: '8.2', from: '8.2.5' },
  { series: '9.0', from: '9.0.1' },
  { fromSeries: '9.1' },
];

describe('a range of releases', () => {
  it.each([
    ['8.2.5', true],
    ['8.2.10', true],
    ['8.2.4', false],
    ['9.0.0', false],
    ['9.0.1', true],
    ['9.1.0', true],
    ['10.0.13', true],
    ['7.2.22', false],
  ])('is a tree of series, no threshold: %s is in it: %s', (version, answer) => {
    expect(inReleases(FIXED, version)).toBe(answer);
  });

  it('has inclusive bounds', () => {
    const only800: ReleaseRange = [{ series: '8.0', from: '8.0.0', to: '8.0.0' }];
    expect(['8.0.0', '8.0', '8.0.1'].map((version) => inReleases(only800, version))).toEqual([
      true,
      true,
      false,
    ]);
    expect(inReleases([{ fromSeries: '5.0', toSeries: '5.2' }], '5.2.0')).toBe(true);
  });

  it.each(['9.0.50', 'custom', '9.0.0-rc2'])('cannot place %s', (version) => {
    expect(inReleases(FIXED, version)).toBeNull();
  });

  it('is empty without parts', () => {
    expect(inReleases([], '9.0.0')).toBe(false);
  });

  it('says whether anything of a series or later is in it', () => {
    expect(reachesSeries([{ toSeries: '7.2' }], '8.0')).toBe(false);
    expect(reachesSeries([{ toSeries: '8.0' }], '8.0')).toBe(true);
    expect(reachesSeries([{ series: '8.0', to: '8.0.0' }], '8.1')).toBe(false);
    expect(reachesSeries(FIXED, '10.0')).toBe(true);
  });
});
