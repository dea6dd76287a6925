import { describe, expect, it } from '@jest/globals';
import { AER, BUNDLED } from '../../../test/domain/known-catalogue.js';
import { device, DISK, NIC } from '../../../test/domain/story.js';
import { factsOf } from '../../../test/qmp/binaries.js';
import type { BuildFacts } from '../qemu/build-facts.js';
import type { Build } from '../qemu/build.js';
import { binaryText, isSettableOn, withBinary } from './binary.js';
import { behaviourOf, type Catalogue } from './catalogue.js';
import { deviceTypeIn, propertyIn } from './device-type-lookup.js';
import { offeredValue } from './offered.js';
import { overrideFor } from './override-for.js';

const MASK = 'x-pcie-err-unc-mask';
const ENTERPRISE: Build = { version: '9.1.0', package: 'qemu-kvm-9.1.0-20.el9' };

/** A downstream binary: what 11.1.3 says, with machine types of its own and fewer devices. */
const downstream = (change: Partial<BuildFacts> = {}): BuildFacts => {
  const facts = factsOf('11.1.3');
  return {
    ...facts,
    build: ENTERPRISE,
    machineTypes: ['off', null].map((value, i) => ({
      name: `pc-q35-rhel9.${i}.0`,
      alias: i === 1 ? 'q35' : null,
      deprecated: false,
      compatProps: {
        like: null,
        then: value === null ? [] : [{ qomType: 'pci-device', property: MASK, value }],
      },
    })),
    types: facts.types.filter(({ name }) => name !== 'vmxnet3'),
    ...change,
  };
};
const KNOWN = withBinary(BUNDLED, downstream());
const offered = (catalogue: Catalogue, machineType: string, build = ENTERPRISE): string | null =>
  offeredValue(catalogue, AER, NIC, { build, machineType, globals: [], configuration: null }).value;

describe('what a binary says outranks what its version suggests', () => {
  it('of its device types', () => {
    expect(deviceTypeIn(BUNDLED, 'vmxnet3', ENTERPRISE)).toBe('present');
    expect(deviceTypeIn(KNOWN, 'vmxnet3', ENTERPRISE)).toBe('absent');
    expect(deviceTypeIn(KNOWN, 'igb', ENTERPRISE)).toBe('present');
    expect(deviceTypeIn(KNOWN, 'vmxnet3', { ...ENTERPRISE, package: 'another' })).toBe('present');
  });

  it('of their properties, and where it was not asked the catalogue speaks', () => {
    expect(propertyIn(BUNDLED, 'e1000e', 'sriov-pf', ENTERPRISE)).toBe('absent');
    expect(propertyIn(KNOWN, 'e1000e', 'sriov-pf', ENTERPRISE)).toBe('present');
    expect(propertyIn(KNOWN, 'e1000e', 'no-such', ENTERPRISE)).toBe('absent');
    const unasked = downstream({
      types: downstream().types.map((type) =>
        type.name === 'e1000e' ? { ...type, properties: null } : type,
      ),
    });
    expect(propertyIn(withBinary(BUNDLED, unasked), 'e1000e', MASK, ENTERPRISE)).toBe('present');
  });

  it('of the values that its own machine types set', () => {
    expect(offered(KNOWN, 'pc-q35-rhel9.0.0')).toBe('off');
    expect(offered(KNOWN, 'pc-q35-rhel9.1.0')).toBe('on');
    expect(offered(KNOWN, 'q35')).toBe('on');
    expect(binaryText(KNOWN, ENTERPRISE, 'q35', 'virtio-blk-pci', 'queue-size')).toBe('256');
    expect(binaryText(BUNDLED, ENTERPRISE, 'q35', 'virtio-blk-pci', 'queue-size')).toBeNull();
  });

  it('of its knobs: none is offered that it does not know', () => {
    const [knob] = AER.knobs;
    const without = withBinary(BUNDLED, {
      ...factsOf('7.2.22'),
      build: ENTERPRISE,
    });
    expect(overrideFor(BUNDLED, AER, NIC, 'on', ENTERPRISE)).not.toBeNull();
    expect(overrideFor(without, AER, NIC, 'on', ENTERPRISE)).toBeNull();
    expect(knob === undefined ? null : isSettableOn(without, knob, NIC, ENTERPRISE)).toBe(false);
    const development: Build = { version: '9.1.50', package: 'self-built' };
    const built = withBinary(BUNDLED, { ...downstream(), build: development });
    expect(overrideFor(BUNDLED, AER, NIC, 'on', development)).toBeNull();
    expect(overrideFor(built, AER, NIC, 'on', development)).toMatchObject({ property: MASK, value: 'on' });
  });
});

describe('where a binary says too little', () => {
  it('its version speaks: a value that hangs on more than a property', () => {
    const queues = behaviourOf(BUNDLED, 'virtio-queue-size-1024');
    const deb: Build = { version: '10.0.13', package: 'Debian 1:10.0.13+ds-0+deb13u1' };
    const catalogue = withBinary(BUNDLED, factsOf('10.0.13'));
    const process = { build: deb, machineType: 'pc-q35-10.0', globals: [], configuration: null };
    expect(queues === undefined ? null : offeredValue(catalogue, queues, DISK, process).value).toBe('1024');
  });

  it('its version speaks: a binary older than 9.1 does not tell what its machine types set', () => {
    const bookworm: Build = { version: '7.2.22', package: 'Debian 1:7.2+dfsg-7+deb12u18+b3' };
    expect(offered(withBinary(BUNDLED, factsOf('7.2.22')), 'pc-q35-7.2', bookworm)).toBe('off');
  });

  it('it says nothing of a device without a type', () => {
    const unknown = device('net9', null);
    const process = { build: ENTERPRISE, machineType: 'q35', globals: [], configuration: null };
    expect(offeredValue(KNOWN, AER, unknown, process).ruleId).not.toBe('said-by-the-binary');
  });
});
