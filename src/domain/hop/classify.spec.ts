import { describe, expect, it } from '@jest/globals';
import type { Build } from '../qemu/build.js';
import { parseMachineType } from '../qemu/machine-type.js';
import { classifyHop } from './classify.js';

const build = (version: string): Build => ({ version, package: 'upstream' });
const classify = (
  from: string | null,
  to: string,
  machineType: string,
  there: 'present' | 'absent' | 'unknown' = 'present',
) => classifyHop(from === null ? null : build(from), build(to), parseMachineType(machineType), there);

describe('the cases of QEMU’s compatibility page', () => {
  it.each([
    [
      '1: 5.2 with its newest machine type to 5.2',
      '5.2.0',
      '5.2.0',
      'pc-q35-5.2',
      'same-version',
      1,
      'promised',
    ],
    ['2: the same of 5.1', '5.1.0', '5.1.0', 'pc-q35-5.1', 'same-version', 1, 'promised'],
    [
      '3: the same binary, an older machine type',
      '5.2.0',
      '5.2.0',
      'pc-q35-5.1',
      'same-version-older-machine-type',
      3,
      'promised',
    ],
    ['5: newer to older', '5.2.0', '5.1.0', 'pc-q35-5.1', 'newer-to-older', 5, 'not-promised'],
    ['6: older to newer', '5.1.0', '5.2.0', 'pc-q35-5.1', 'older-to-newer', 6, 'promised'],
  ] as const)('%s', (_, from, to, machineType, hopClass, seedCase, tier) => {
    expect(classify(from, to, machineType)).toEqual({ class: hopClass, seedCase, tier });
  });

  it('4: a machine type that the destination does not have', () => {
    expect(classify('5.2.0', '5.1.0', 'pc-q35-5.2', 'absent')).toMatchObject({
      class: 'machine-type-unknown-there',
      seedCase: 4,
    });
  });
});

describe('what is promised', () => {
  it('is nothing across versions for an unversioned machine type', () => {
    expect(classify('8.2.0', '9.0.0', 'microvm').tier).toBe('none');
    expect(classify('8.2.0', '8.2.0', 'microvm').tier).toBe('promised');
  });

  it('counts a point release back as backward', () => {
    expect(classify('8.0.1', '8.0.0', 'pc-q35-7.2')).toEqual({
      class: 'newer-to-older',
      seedCase: 5,
      tier: 'not-promised',
    });
  });

  it('takes 8.0 for 8.0.0', () => {
    expect(classify('8.0', '8.0.0', 'pc-q35-8.0').class).toBe('same-version');
  });

  it('cannot be told of a source that is not known, or of a build that is no release', () => {
    expect(classify(null, '9.0.0', 'pc-q35-7.2')).toEqual({
      class: 'unknown',
      seedCase: null,
      tier: 'unknown',
    });
    expect(classify('9.0.0-rc1', '9.0.0', 'pc-q35-7.2').class).toBe('unknown');
  });
});
