import { describe, expect, it } from '@jest/globals';
import { catalogueOf, madeUp, MEASURED } from '../../../test/domain/known-catalogue.js';
import { device, machine, PORT, Q1113, Q722, Story, UUID } from '../../../test/domain/story.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { Build } from '../qemu/build.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import { askHop } from './ask.js';
import type { Assessment } from './assessment.js';
import { DEFAULT_TIER_POLICY, type TierPolicy } from './tier-policy.js';

const EL9_OLD: Build = { version: '7.2.0', package: 'qemu-kvm-7.2.0-14.el9' };
const EL9_NEW: Build = { version: '9.1.0', package: 'qemu-kvm-9.1.0-20.el9' };

const assess = (
  born: Build,
  to: Build,
  policy: Partial<TierPolicy> = {},
  configuration: LaunchConfiguration = machine([PORT]),
  catalogue: Catalogue = MEASURED,
): Assessment => {
  const story = new Story();
  story.launched(0, 'a', born, configuration);
  const { assessment } = askHop({
    uuid: UUID,
    events: story.events,
    knowledge: { catalogue, hosts: new Map(), tiers: { ...DEFAULT_TIER_POLICY, ...policy } },
    destination: { host: null, build: to, libvirt: null, machineTypes: null },
    configuration: null,
    via: 'migration',
    savedState: null,
    at: 0,
  });
  if (assessment === null) throw new Error('no answer');
  return assessment;
};
const told = ({ classification, verdict }: Assessment): readonly string[] => [classification.tier, verdict];

describe('the four tiers', () => {
  it('a versioned machine type, older to newer: promised', () => {
    expect(told(assess(Q722, Q1113))).toEqual(['promised', 'SAFE']);
  });

  it('a versioned machine type, newer to older: not promised, and the verdict is what is known', () => {
    expect(told(assess(Q1113, Q722))).toEqual(['not-promised', 'SAFE']);
  });

  it('a machine type without a version: nothing is promised across versions', () => {
    expect(assess(Q722, Q1113, {}, machine([], 'microvm')).classification.tier).toBe('none');
    expect(assess(Q722, Q722, {}, machine([], 'microvm')).classification.tier).toBe('promised');
  });

  it('a device that cannot be migrated', () => {
    const stuck = madeUp({
      id: 'stuck',
      sticky: 'process',
      unmigratable: 'old',
      acceptance: [
        {
          carried: 'old',
          offered: 'old',
          releases: [],
          result: 'fail',
          documented: null,
          evidence: { grade: 'measured', note: '' },
        },
      ],
    });
    const configuration = machine([device('thing0', 'thing')]);
    expect(told(assess(Q722, Q722, {}, configuration, catalogueOf(stuck)))).toEqual([
      'cannot-migrate',
      'BLOCKED',
    ]);
  });
});

describe('a policy about tiers', () => {
  it('raises the verdict, and says that it did', () => {
    const risky = assess(Q1113, Q722, { notPromised: 'risky' });
    expect(risky.verdict).toBe('RISKY');
    expect(risky.reasons.map(({ kind }) => kind)).toEqual(['tier']);
    expect(assess(Q1113, Q722, { notPromised: 'blocked' }).verdict).toBe('BLOCKED');
    expect(assess(Q722, Q1113, { none: 'risky' }, machine([], 'microvm')).verdict).not.toBe('SAFE');
  });

  it('changes nothing of what QEMU will do', () => {
    expect(assess(Q1113, Q722, { notPromised: 'blocked' }).asGiven).toBe('loads');
  });

  it('does not hold between builds of a vendor that promises it', () => {
    const policy: Partial<TierPolicy> = { notPromised: 'blocked', backwardPromisedBy: ['.el9'] };
    expect(told(assess(EL9_NEW, EL9_OLD, policy))[0]).toBe('promised');
    expect(told(assess(EL9_NEW, Q722, policy))).toEqual(['not-promised', 'BLOCKED']);
  });
});
