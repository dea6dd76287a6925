import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../src/catalogue/load.js';
import { behaviourOf } from '../../src/domain/catalogue/catalogue.js';
import { pinnedValue } from '../../src/domain/catalogue/pin-lookup.js';
import { ancestorsOf } from '../../src/domain/catalogue/device-type-lookup.js';
import { askHop } from '../../src/domain/hop/ask.js';
import { assessLaunch } from '../../src/domain/hop/assess-launch.js';
import type { Assessment, Destination } from '../../src/domain/hop/assessment.js';
import { hopMatrix } from '../../src/domain/hop/matrix.js';
import type { HostReport } from '../../src/domain/host/report.js';
import type { Build } from '../../src/domain/qemu/build.js';
import type { Device, LaunchConfiguration } from '../../src/domain/qemu/device.js';
import { AER_MASK, aerOn, device, Story, UUID, withProperty } from '../domain/story.js';

const catalogue = loadCatalogue();
const build = (version: string): Build => ({ version, package: 'upstream' });
const guest = (machineType: string, ...devices: readonly Device[]): LaunchConfiguration => ({
  machineType,
  devices,
  globals: [],
  cpu: null,
  accelerator: 'kvm',
});
const bornOn = (version: string, configuration: LaunchConfiguration): Story => {
  const story = new Story();
  story.launched(0, 'a', build(version), configuration);
  return story;
};
const ask = (story: Story, version: string, configuration: LaunchConfiguration): Assessment => {
  const { assessment } = askHop({
    uuid: UUID,
    events: story.events,
    knowledge: { catalogue, hosts: new Map() },
    destination: { host: null, build: build(version), libvirt: null, machineTypes: null },
    configuration,
    via: 'migration',
    savedState: null,
    at: 0,
  });
  if (assessment === null) throw new Error('no answer');
  return assessment;
};

describe('the cases of QEMU’s compatibility page, with the bundled catalogue', () => {
  const DISK = device('disk0', 'virtio-blk-pci', { address: '0000:00:05.0' });
  it.each([
    ['1', '5.2.0', 'pc-q35-5.2', '5.2.0', 1, 'promised', 'SAFE'],
    ['2', '5.1.0', 'pc-q35-5.1', '5.1.0', 1, 'promised', 'SAFE'],
    ['3', '5.2.0', 'pc-q35-5.1', '5.2.0', 3, 'promised', 'SAFE'],
    ['4', '5.2.0', 'pc-q35-5.2', '5.1.0', 4, 'not-promised', 'BLOCKED'],
    // Guests of 5.1 see other device paths on 5.2: q35-acpi-root-uid.
    ['5', '5.2.0', 'pc-q35-5.1', '5.1.0', 5, 'not-promised', 'RISKY'],
    ['6', '5.1.0', 'pc-q35-5.1', '5.2.0', 6, 'promised', 'RISKY'],
  ] as const)('case %s: %s -M %s to %s', (_, born, machineType, to, seedCase, tier, verdict) => {
    const configuration = guest(machineType, DISK);
    const answer = ask(bornOn(born, configuration), to, configuration);
    expect([answer.classification.seedCase, answer.classification.tier, answer.verdict]).toEqual([
      seedCase,
      tier,
      verdict,
    ]);
  });
});

describe('the double migration of num-queues: 5.1 to 5.2, and on to 5.2', () => {
  const DISK = device('disk0', 'virtio-blk-pci', { address: '0000:00:05.0' });
  const FOUR = withProperty(DISK, 'num-queues', '4');
  const needs = ({ overrides }: Assessment): readonly string[] =>
    overrides
      .filter(({ property }) => property === 'num-queues')
      .map(({ alias, value }) => `${alias ?? ''} ${value}`);
  const twice = (born: Device, there: Device): readonly (readonly string[])[] => {
    const story = bornOn('5.1.0', guest('pc-q35-5.1', born));
    const first = ask(story, '5.2.0', guest('pc-q35-5.1', DISK));
    story.hop(100, 'a', 'b', build('5.2.0'), guest('pc-q35-5.1', there));
    return [needs(first), needs(ask(story, '5.2.0', guest('pc-q35-5.1', DISK)))];
  };

  it('machine types up to 5.1 have one queue on every QEMU, later ones as many as there are CPUs', () => {
    const queues = (machineType: string, version: string): string | undefined =>
      pinnedValue(catalogue, {
        qomTypes: ['virtio-blk-pci', ...ancestorsOf(catalogue, 'virtio-blk-pci')],
        property: 'num-queues',
        machineType,
        version,
      })?.value;
    expect(queues('pc-q35-5.1', '5.2.0')).toBe('1');
    expect(queues('pc-q35-5.1', '10.0.2')).toBe('1');
    expect(queues('pc-q35-5.2', '5.2.0')).toBeUndefined();
  });

  it('needs nothing on either hop: the pin gives the value of birth', () => {
    expect(twice(DISK, DISK)).toEqual([[], []]);
  });

  it('needs what the guest was born with, on the second hop as well, though both ends are 5.2', () => {
    expect(twice(FOUR, FOUR)).toEqual([['disk0 4'], ['disk0 4']]);
  });
});

describe('ACS on root ports: the seven rows that commit c8557f1b4873 prints', () => {
  const PORT = device('pci.1', 'pcie-root-port', { address: '0000:00:02.0' });
  const acs = behaviourOf(catalogue, 'pcie-root-port-acs');
  if (acs === undefined) throw new Error('no pcie-root-port-acs');
  /** 4.1rc2 has ACS on every machine type, as 4.0 has: releases are known, candidates are not. */
  const RELEASES = { '3.1': '3.1.0', '4.0': '4.0.0', '4.1rc2': '4.0.1', '4.1+this': '4.1.0' } as const;
  /** Of this behaviour alone: whether a hop of a guest born where it starts loads as it is. */
  const outcome = (machineType: string, from: keyof typeof RELEASES, to: keyof typeof RELEASES): string => {
    const [source, destination] = [build(RELEASES[from]), build(RELEASES[to])];
    const [cell] = hopMatrix(
      { ...catalogue, behaviours: [acs] },
      guest(machineType, PORT),
      [source, destination],
      [source],
    ).filter((one) => one.from.version === source.version && one.to.version === destination.version);
    return cell?.assessment?.asGiven === 'loads' ? 'OK' : 'broken';
  };
  it.each([
    ['pc-q35-3.1', '3.1', '4.0', 'broken'],
    ['pc-q35-3.1', '3.1', '4.1rc2', 'broken'],
    ['pc-q35-3.1', '3.1', '4.1+this', 'OK'],
    ['pc-q35-3.1', '4.0', '4.1rc2', 'OK'],
    ['pc-q35-3.1', '4.0', '4.1+this', 'broken'],
    ['pc-q35-4.0', '4.0', '4.1rc2', 'OK'],
    ['pc-q35-4.0', '4.0', '4.1+this', 'OK'],
  ] as const)('%s, %s to %s: %s', (machineType, from, to, expected) => {
    expect(outcome(machineType, from, to)).toBe(expected);
  });

  it.each([
    ['3.1', 'SAFE', []],
    ['4.0', 'NEEDS_OVERRIDES', ['disable-acs=off']],
  ] as const)('born on %s, to 4.1: %s', (born, verdict, overrides) => {
    const configuration = guest('pc-q35-3.1', PORT);
    const answer = ask(bornOn(RELEASES[born], configuration), '4.1.0', configuration);
    expect(answer.verdict).toBe(verdict);
    expect(answer.overrides.map(({ property, value }) => `${property}=${value}`)).toEqual(overrides);
  });

  it('has no way left once the property is gone: 11.0', () => {
    const configuration = guest('pc-q35-3.1', PORT);
    const answer = ask(bornOn('4.0.0', configuration), '11.0.0', configuration);
    expect(answer.verdict).toBe('BLOCKED');
    expect(answer.overrides).toEqual([]);
  });
});

describe('MSR_SMI_COUNT: a kernel that does not know the register', () => {
  const host = (name: string, kernel: string): HostReport => ({
    host: name,
    builds: [build('8.2.0')],
    libvirt: null,
    kernel,
    vendor: null,
    machineTypes: null,
    cpu: null,
  });
  const to = (kernel: string): Destination => ({
    host: 'b',
    build: build('8.2.0'),
    libvirt: null,
    machineTypes: null,
    kernel,
  });
  const hop = (machineType: string, from: string, there: string): Assessment | null => {
    const configuration = guest(machineType);
    const hosts = new Map([['a', [{ at: 0, report: host('a', from) }]]]);
    return askHop({
      uuid: UUID,
      events: bornOn('8.2.0', configuration).events,
      knowledge: { catalogue, hosts },
      destination: to(there),
      configuration,
      via: 'migration',
      savedState: null,
      at: 0,
    }).assessment;
  };
  const told = (assessment: Assessment | null): readonly unknown[] => [
    assessment?.verdict,
    assessment?.reasons.filter(({ behaviour }) => behaviour === 'kvm-smi-count').map(({ kind }) => kind),
  ];

  it('takes the guest and loses the counter: a warning, for the symptom is minor', () => {
    expect(told(hop('pc-q35-8.2', '6.1.0', '4.14.0'))).toEqual(['RISKY', ['degraded']]);
    expect(told(hop('pc-q35-8.2', '4.14.0', '6.1.0'))).toEqual(['SAFE', []]);
    expect(told(hop('pc-q35-8.2', '6.1.0', '6.1.0'))).toEqual(['SAFE', []]);
  });

  it('is no matter for machine types that do not send it', () => {
    expect(told(hop('pc-q35-2.11', '6.1.0', '4.14.0'))[1]).toEqual([]);
  });

  it('is warned of at a launch already: the machine type uses what the host’s kernel lacks', () => {
    const advice = assessLaunch(catalogue, to('4.14.0'), guest('pc-q35-8.2'));
    expect(advice.warnings.filter(({ text }) => text.includes('kvm-smi-count'))).not.toEqual([]);
    const fine = assessLaunch(catalogue, to('6.1.0'), guest('pc-q35-8.2'));
    expect(fine.warnings.filter(({ text }) => text.includes('kvm-smi-count'))).toEqual([]);
  });
});

describe('the matrix of QEMU’s compatibility page, pc-q35-7.2, as it was measured', () => {
  const PORT = device('pci.1', 'pcie-root-port', { address: '0000:00:02.0' });
  const NIC = device('net0', 'e1000e', { address: '0000:01:00.0' });
  const PLAIN = guest('pc-q35-7.2', PORT, NIC);
  const ON = guest('pc-q35-7.2', aerOn(PORT), aerOn(NIC));
  const MASK = ['pci.1 on', 'net0 on'];
  const masks = ({ overrides }: Assessment): readonly string[] =>
    overrides
      .filter(({ property }) => property === AER_MASK)
      .map(({ alias, value }) => `${alias ?? ''} ${value}`);

  it.each([
    ['7.2.0', '7.2.0', 'SAFE', 'promised', []],
    ['8.0.0', '8.0.0', 'SAFE', 'promised', []],
    ['8.0.1', '8.0.1', 'SAFE', 'promised', []],
    ['7.2.0', '8.0.1', 'SAFE', 'promised', []],
    ['8.0.1', '7.2.0', 'SAFE', 'not-promised', []],
    ['8.0.0', '7.2.0', 'BLOCKED', 'not-promised', []],
    ['8.0.0', '8.0.1', 'NEEDS_OVERRIDES', 'promised', MASK],
    ['8.0.0', '8.2.0', 'NEEDS_OVERRIDES', 'promised', MASK],
    ['7.2.0', '8.0.0', 'RISKY', 'promised', []],
    ['8.0.1', '8.0.0', 'RISKY', 'not-promised', []],
  ] as const)('born on %s, to %s: %s', (born, to, verdict, tier, overrides) => {
    const answer = ask(bornOn(born, PLAIN), to, PLAIN);
    expect([answer.verdict, answer.classification.tier, masks(answer)]).toEqual([verdict, tier, overrides]);
  });

  it('8.0.0 to 8.0.1 with the property on, and on to 8.2: needs it again, and after a guest reset too', () => {
    const story = bornOn('8.0.0', PLAIN);
    story.hop(100, 'a', 'b', build('8.0.1'), ON);
    expect(masks(ask(story, '8.2.0', PLAIN))).toEqual(MASK);
    expect(ask(story, '8.2.0', ON).verdict).toBe('SAFE');
    story.reset(200, 'b');
    expect(masks(ask(story, '8.2.0', PLAIN))).toEqual(MASK);
    expect(ask(story, '7.2.0', PLAIN).verdict).toBe('BLOCKED');
  });

  it('a power cycle on a fixed build ends it, on 8.0.0 it begins anew', () => {
    const again = (version: string): Story => {
      const story = bornOn('8.0.0', PLAIN);
      story.stopped(100, 'a');
      story.launched(200, 'a', build(version), PLAIN);
      return story;
    };
    expect(ask(again('8.0.1'), '7.2.0', PLAIN).verdict).toBe('SAFE');
    expect(ask(again('8.0.0'), '7.2.0', PLAIN).verdict).toBe('BLOCKED');
  });
});

describe('the four tiers of what is promised', () => {
  const NVME = device('nvme0', 'nvme', { address: '0000:00:05.0' });
  const asked = (
    machineType: string,
    from: string,
    to: string,
    ...devices: readonly Device[]
  ): Assessment => {
    const configuration = guest(machineType, ...devices);
    return ask(bornOn(from, configuration), to, configuration);
  };
  it.each([
    ['a versioned machine type, forward', 'pc-q35-7.2', '7.2.0', '10.0.2', 'promised'],
    ['between equal versions', 'pc-q35-7.2', '10.0.2', '10.0.2', 'promised'],
    ['a versioned machine type, backward', 'pc-q35-7.2', '10.0.2', '7.2.0', 'not-promised'],
    ['a machine type without a version, across versions', 'microvm', '7.2.0', '10.0.2', 'none'],
  ] as const)('%s: %s from %s to %s is %s', (_, machineType, from, to, tier) => {
    expect(asked(machineType, from, to).classification.tier).toBe(tier);
  });

  it('a device that cannot be migrated: nvme, wherever it goes before 11.1', () => {
    for (const to of ['8.2.0', '10.0.2', '11.1.3']) {
      const answer = asked('pc-q35-8.0', '8.2.0', to, NVME);
      expect([to, answer.classification.tier, answer.verdict]).toEqual([to, 'cannot-migrate', 'BLOCKED']);
    }
    expect(asked('pc-q35-8.0', '11.1.3', '11.1.3', NVME).classification.tier).toBe('promised');
    expect(asked('pc-q35-8.0', '11.1.3', '10.0.2', NVME).verdict).toBe('BLOCKED');
  });
});
