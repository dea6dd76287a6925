import { describe, expect, it } from '@jest/globals';
import { factsOf } from '../../../test/qmp/binaries.js';
import type { BuildFacts } from './build-facts.js';
import { compatPropsOf, lineageIn, machineTypeOf, propertyOf, valueOnMachine } from './build-facts-lookup.js';

const SID = factsOf('11.1.3');
const BOOKWORM = factsOf('7.2.22');

describe('what a binary has', () => {
  it('machine types, by alias too', () => {
    expect(machineTypeOf(SID, 'q35')?.name).toBe('pc-q35-11.1');
    expect(machineTypeOf(BOOKWORM, 'pc')?.name).toBe('pc-i440fx-7.2');
    expect(machineTypeOf(SID, 'pc-q35-4.2')).toBeUndefined();
  });

  it('types with those that they derive from, the device inside a virtio proxy last', () => {
    expect(lineageIn(SID, 'virtio-net-pci')).toEqual([
      'virtio-net-pci',
      'virtio-net-pci-base',
      'virtio-pci',
      'pci-device',
      'device',
      'virtio-net-device',
      'virtio-device',
    ]);
    expect(lineageIn(BOOKWORM, 'igb')).toEqual([]);
  });

  it('properties, with type and default', () => {
    expect(propertyOf(SID, 'e1000e', 'x-pcie-err-unc-mask')).toEqual({
      name: 'x-pcie-err-unc-mask',
      type: 'bool',
      default: 'on',
    });
    expect(propertyOf(BOOKWORM, 'e1000e', 'x-pcie-err-unc-mask')).toBeNull();
    expect(propertyOf(SID, 'virtio-blk-pci', 'vectors')).toMatchObject({ default: '4294967295' });
    expect(propertyOf(SID, 'pcie-root-port', 'io-reserve')).toMatchObject({
      default: '18446744073709551615',
    });
    expect(propertyOf(SID, 'no-such-device', 'x')).toBeNull();
  });

  it('properties that nobody asked for: not known', () => {
    expect(propertyOf(BOOKWORM, 'virtio-gpu-gl-pci', 'xres')).not.toBeNull();
    expect(propertyOf(factsOf('8.0.0'), 'AC97', 'audiodev')).toBeUndefined();
    expect(propertyOf(SID, 'pci-device', 'mac')).toBeUndefined();
  });
});

describe('what a machine type of a binary sets', () => {
  it('is all that newer ones set, and its own after that', () => {
    const props = compatPropsOf(SID, 'pc-q35-7.2') ?? [];
    const newer = compatPropsOf(SID, 'pc-q35-8.0') ?? [];
    expect(props.length).toBe(73);
    expect(props.slice(0, newer.length)).toEqual(newer);
    expect(compatPropsOf(BOOKWORM, 'pc-q35-7.2')).toBeNull();
    expect(compatPropsOf(SID, 'no-such-machine')).toBeNull();
  });

  it.each([
    ['pc-q35-7.2', 'e1000e', 'x-pcie-err-unc-mask', { kind: 'pinned', value: 'off' }],
    ['pc-q35-8.0', 'e1000e', 'x-pcie-err-unc-mask', { kind: 'default', value: 'on' }],
    ['q35', 'e1000e', 'x-pcie-err-unc-mask', { kind: 'default', value: 'on' }],
    ['pc-q35-8.1', 'virtio-net-pci', 'host_uso', { kind: 'pinned', value: 'off' }],
    ['pc-q35-7.2', 'no-such-device', 'x', null],
    ['no-such-machine', 'e1000e', 'x-pcie-err-unc-mask', null],
  ])('on %s: %s.%s', (machine, type, property, value) => {
    expect(valueOnMachine(SID, machine, type, property)).toEqual(value);
  });

  it('is not told by a binary that is older than 9.1', () => {
    expect(valueOnMachine(BOOKWORM, 'pc-q35-7.1', 'virtio-rng-pci', 'vectors')).toBeNull();
  });

  it('is what is applied last, on whichever ancestor; true is on', () => {
    const set = (...then: readonly (readonly [string, string])[]): BuildFacts => ({
      ...SID,
      machineTypes: [
        { name: 'base', alias: null, deprecated: false, compatProps: { like: null, then: [] } },
        {
          name: 'pc',
          alias: null,
          deprecated: false,
          compatProps: {
            like: 'base',
            then: then.map(([qomType, value]) => ({ qomType, property: 'x-pcie-err-unc-mask', value })),
          },
        },
      ],
    });
    const value = (facts: BuildFacts): unknown =>
      valueOnMachine(facts, 'pc', 'e1000e', 'x-pcie-err-unc-mask');
    expect(value(set(['e1000e', 'true'], ['pci-device', 'off']))).toEqual({ kind: 'pinned', value: 'off' });
    expect(value(set(['pci-device', 'off'], ['e1000e', 'true'], ['igb', 'off']))).toEqual({
      kind: 'pinned',
      value: 'on',
    });
  });

  it('goes round in no circle', () => {
    const round: BuildFacts = {
      ...SID,
      machineTypes: ['a', 'b'].map((name) => ({
        name,
        alias: null,
        deprecated: false,
        compatProps: { like: name === 'a' ? 'b' : 'a', then: [] },
      })),
    };
    expect(compatPropsOf(round, 'a')).toBeNull();
  });
});
