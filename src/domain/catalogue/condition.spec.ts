import { describe, expect, it } from '@jest/globals';
import { madeUp } from '../../../test/domain/known-catalogue.js';
import { device, machine, PORT, Q1113, Q820 } from '../../../test/domain/story.js';
import { parseMachineType } from '../qemu/machine-type.js';
import type { Condition, Rule } from './behaviour.js';
import { concerns } from './concerns.js';
import { allHold, type Circumstances } from './condition.js';
import { NOT_REPORTED, ruleValue } from './rule-value.js';

const NIC = { ...device('net0', 'virtio-net-pci'), address: '0000:01:00.0' };
const where = (given: Partial<Circumstances> = {}): Circumstances => ({
  device: NIC,
  configuration: machine([PORT, NIC]),
  kernel: null,
  cpuVendor: null,
  ...given,
});
const kernel = (from: string | null, to: string | null): Condition => ({ kind: 'kernel', from, to });

describe('a condition', () => {
  it.each([
    ['6.2.0-1-amd64', true],
    ['6.12.9', true],
    ['5.14.0-427.el9.x86_64', false],
    ['not a version', null],
    [null, null],
  ])('on the kernel, from 6.2 on, of %s: %s', (text, answer) => {
    expect(allHold([kernel('6.2', null)], where({ kernel: text }))).toBe(answer);
  });

  it('on a port sees the device in it', () => {
    const occupied: readonly Condition[] = [{ kind: 'occupied' }];
    expect(allHold(occupied, where({ device: PORT }))).toBe(true);
    expect(allHold(occupied, where({ device: PORT, configuration: machine([PORT]) }))).toBe(false);
    expect(allHold(occupied, where({ device: NIC }))).toBe(false);
    expect(allHold(occupied, where({ configuration: null }))).toBeNull();
  });

  it('on the CPU knows only what is asked for by name', () => {
    const configuration = {
      ...machine([]),
      cpu: { mode: 'custom', model: 'EPYC', features: [{ name: 'pdcm', policy: 'disable' }] },
    };
    const asks = (name: string, value: 'on' | 'off'): boolean | null =>
      allHold([{ kind: 'cpu-feature', name, value }], where({ configuration }));
    expect([asks('pdcm', 'off'), asks('pdcm', 'on'), asks('arch-capabilities', 'on')]).toEqual([
      true,
      false,
      null,
    ]);
  });

  it('that does not hold outweighs one that is not known', () => {
    const vendor: Condition = { kind: 'cpu-vendor', name: 'AuthenticAMD' };
    expect(allHold([kernel('6.2', null), vendor], where({ cpuVendor: 'GenuineIntel' }))).toBe(false);
    expect(allHold([kernel('6.2', null), vendor], where({ cpuVendor: 'AuthenticAMD' }))).toBeNull();
  });

  it('on the accelerator takes what the process was launched with', () => {
    const kvm: readonly Condition[] = [{ kind: 'accelerator', name: 'kvm' }];
    const run = (accelerator: string | null): Partial<Circumstances> => ({
      configuration: { ...machine([]), accelerator },
    });
    expect([
      allHold(kvm, where(run('kvm'))),
      allHold(kvm, where(run('tcg'))),
      allHold(kvm, where(run(null))),
    ]).toEqual([true, false, null]);
  });
});

describe('a rule with a condition', () => {
  const any = { from: null, to: null };
  const rule = (id: string, when: readonly Condition[], value: string): Rule => ({
    id,
    releases: [],
    package: null,
    machineVersions: any,
    when,
    value,
    evidence: { grade: 'source', note: '' },
  });
  const given = {
    id: 'offload',
    sticky: 'negotiate' as const,
    rules: [rule('new-kernel', [kernel('6.2', null)], 'new'), rule('others', [], 'old')],
  };
  const type = parseMachineType('pc-q35-8.2');

  it('counts where its condition holds', () => {
    const behaviour = madeUp(given);
    expect(ruleValue(behaviour, Q820, type, where({ kernel: '6.2.0' })).value).toBe('new');
    expect(ruleValue(behaviour, Q820, type, where({ kernel: '5.14.0' })).value).toBe('old');
  });

  it('leaves the value open where it hangs on what nobody reported, unless the behaviour says what to go by', () => {
    expect(ruleValue(madeUp(given), Q820, type, where())).toMatchObject({
      value: null,
      possible: ['new', 'old'],
    });
    expect(ruleValue(madeUp({ ...given, ifUnknown: 'old' }), Q820, type, where())).toEqual({
      value: 'old',
      possible: ['old'],
      certainty: 'assumed',
      ruleId: NOT_REPORTED,
    });
    expect(ruleValue(madeUp({ ...given, ifUnknown: 'old' }), null, type, where()).ruleId).toBe(NOT_REPORTED);
  });
});

describe('a behaviour of some machine types', () => {
  const behaviour = madeUp({
    id: 'old-types',
    sticky: 'plug',
    machineTypes: { families: ['pc-q35', 'pc-i440fx'], versions: { from: null, to: '7.1' } },
  });
  it.each([
    ['pc-q35-7.1', true],
    ['pc-i440fx-2.4', true],
    ['pc-q35-7.2', false],
    ['virt-7.0', false],
    ['microvm', false],
  ])('concerns %s: %s', (name, answer) => {
    expect(concerns(behaviour, parseMachineType(name))).toBe(answer);
  });
  it('may concern a type whose version nobody knows', () => {
    expect(concerns(behaviour, null)).toBeNull();
    expect(ruleValue(behaviour, Q1113, null).certainty).toBe('unknown');
  });
});
