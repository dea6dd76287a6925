import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../src/catalogue/load.js';
import { askHop } from '../../src/domain/hop/ask.js';
import { hopMatrix } from '../../src/domain/hop/matrix.js';
import type { Assessment } from '../../src/domain/hop/assessment.js';
import type { HostReport } from '../../src/domain/host/report.js';
import type { Build } from '../../src/domain/qemu/build.js';
import type { CpuConfiguration, Device, LaunchConfiguration } from '../../src/domain/qemu/device.js';
import { device, Story, UUID } from '../domain/story.js';

const catalogue = loadCatalogue();
const build = (version: string): Build => ({ version, package: 'upstream' });
const ROOT_PORT = device('pci.1', 'pcie-root-port', { address: '0000:00:02.0' });

interface Breakage {
  readonly id: string;
  readonly machineType: string;
  /** A good release before, the broken one, a fixed one. */
  readonly releases: readonly [string, string, string];
  readonly devices?: readonly Device[];
  /** Verdicts of what this breakage alone says; overrides in brackets. */
  readonly born: {
    readonly brokenToFixed: string;
    readonly thenBack: string;
    readonly before: { readonly toBroken: string; readonly toFixed: string };
  };
}

const NEVER = 'never gets there';
const one = (
  id: string,
  machineType: string,
  releases: Breakage['releases'],
  devices: readonly Device[],
  brokenToFixed: string,
  thenBack: string,
  toBroken: string,
  toFixed = 'SAFE',
): Breakage => ({
  id,
  machineType,
  releases,
  devices,
  born: { brokenToFixed, thenBack, before: { toBroken, toFixed } },
});

/** All but the two that hang on the host's CPU. */
const BREAKAGES: readonly Breakage[] = [
  one(
    'pcie-link-active',
    'pc-i440fx-2.3',
    ['2.6.1', '2.5.1', '2.6.2'],
    [device('usb', 'nec-usb-xhci')],
    'SAFE',
    'BLOCKED',
    'BLOCKED',
  ),
  one('fw-cfg-dma', 'pc-q35-2.4', ['2.4.1', '2.5.0', '2.5.1'], [], 'SAFE', 'SAFE', 'SAFE'),
  one('arm-virt-pmu', 'virt-2.6', ['2.6.2', '2.7.0', '2.8.0'], [], 'RISKY', 'SAFE', 'RISKY'),
  one('pc-fwcfg-bootrom-dma', 'pc-i440fx-2.6', ['2.6.2', '2.9.1', '2.10.0'], [], 'SAFE', 'RISKY', 'RISKY'),
  one('x86-smi-interrupt', 'pc-i440fx-2.3', ['2.3.1', '2.8.0', '2.9.0'], [], 'SAFE', 'SAFE', 'BLOCKED'),
  one('x86-cpuid-min-level', 'pc-i440fx-2.3', ['2.7.1', '2.9.0', '2.9.1'], [], 'RISKY', 'RISKY', 'RISKY'),
  one('x86-smi-count', 'pc-q35-2.11', ['2.11.2', '2.12.0', '3.0.0'], [], 'SAFE', 'SAFE', 'SAFE'),
  one(
    'virtio-balloon-config-size',
    'pc-q35-3.1',
    ['3.1.0', '4.0.0', '4.0.1'],
    [device('balloon0', 'virtio-balloon-pci')],
    'NEEDS_OVERRIDES [balloon0 qemu-4-0-config-size=on]',
    'SAFE',
    'BLOCKED',
  ),
  one(
    'usb-tablet-serial',
    'pc-q35-3.1',
    ['3.1.0', '4.0.0', '4.0.1'],
    [device('input0', 'usb-tablet')],
    'RISKY',
    'SAFE',
    'NEEDS_OVERRIDES [input0 serial=42]',
  ),
  one(
    'pcie-root-port-acs',
    'pc-q35-3.1',
    ['3.1.0', '4.0.1', '4.1.0'],
    [ROOT_PORT],
    'NEEDS_OVERRIDES [pci.1 disable-acs=off]',
    'SAFE',
    'BLOCKED',
  ),
  one(
    'virtio-gpu-edid',
    'pc-q35-4.0',
    ['4.0.0', '4.2.0', '4.2.1'],
    [device('video0', 'virtio-gpu-pci')],
    'NEEDS_OVERRIDES [video0 edid=on]',
    'SAFE',
    'SAFE',
  ),
  one(
    'virtio-disabled-flag',
    'pc-q35-4.2',
    ['4.2.1', '5.2.0', '6.0.0'],
    [device('net0', 'virtio-net-pci')],
    'SAFE',
    'SAFE',
    'SAFE',
  ),
  one(
    'virtio-legacy-check',
    'pc-q35-5.0',
    ['5.0.0', '5.1.0', '5.2.0'],
    [device('vsock0', 'vhost-vsock-pci')],
    'SAFE',
    'BLOCKED',
    'BLOCKED',
  ),
  one('q35-numa-memdev', 'pc-q35-5.0', ['5.0.0', '5.1.0', '5.2.0'], [], 'RISKY', 'SAFE', 'RISKY'),
  one('pl011-clock', 'virt-5.1', ['5.1.0', '5.2.0', '6.0.0'], [], 'SAFE', 'SAFE', 'SAFE'),
  one(
    'virtio-pci-ats-aligned',
    'pc-q35-5.1',
    ['5.1.0', '5.2.0', '6.0.0'],
    [device('net0', 'virtio-net-pci', { properties: { ats: 'on' } })],
    'NEEDS_OVERRIDES [net0 x-ats-page-aligned=on]',
    'SAFE',
    'BLOCKED',
  ),
  one('q35-acpi-root-uid', 'pc-q35-5.1', ['5.1.0', '5.2.0', '6.0.0'], [], 'RISKY', 'SAFE', 'RISKY'),
  one(
    'virtio-net-vectors-transitional',
    'pc-q35-5.2',
    ['5.2.0', '6.0.0', '6.2.0'],
    [device('net0', 'virtio-net-pci-transitional')],
    // The default of the property: as many as it computes.
    'NEEDS_OVERRIDES [net0 vectors=4294967295]',
    'SAFE',
    'NEEDS_OVERRIDES [net0 vectors=3]',
  ),
  one(
    'nvme-msix-bar',
    'pc-q35-5.2',
    ['5.2.0', '8.1.5', '11.1.0'],
    [device('nvme0', 'nvme')],
    'NEEDS_OVERRIDES [nvme0 msix-exclusive-bar=off]',
    'SAFE',
    'BLOCKED',
  ),
  one(
    'vhost-vsock-seqpacket',
    'pc-q35-6.0',
    ['6.0.0', '6.1.0', '6.1.1'],
    [device('vsock0', 'vhost-vsock-pci')],
    'NEEDS_OVERRIDES [vsock0 seqpacket=on]',
    'SAFE',
    'SAFE',
  ),
  one(
    'virtio-rng-vectors',
    'pc-q35-7.1',
    ['7.1.0', '7.2.0', '7.2.1'],
    [device('rng0', 'virtio-rng-pci')],
    'NEEDS_OVERRIDES [rng0 vectors=2]',
    'SAFE',
    'NEEDS_OVERRIDES [rng0 vectors=0]',
  ),
  one(
    'pcie-err-unc-mask',
    'pc-q35-7.2',
    ['7.2.0', '8.0.0', '8.0.1'],
    [ROOT_PORT],
    'NEEDS_OVERRIDES [pci.1 x-pcie-err-unc-mask=on]',
    'SAFE',
    'RISKY',
  ),
  one(
    'virtio-net-uso',
    'pc-q35-8.1',
    ['8.1.0', '8.2.4', '8.2.5'],
    [device('net0', 'virtio-net-pci')],
    'NEEDS_OVERRIDES [net0 host_uso=on]',
    'SAFE',
    'SAFE',
  ),
  one(
    'virtio-gpu-scanout-version',
    'pc-q35-8.2',
    ['8.2.0', '9.0.0', '9.0.1'],
    [device('video0', 'virtio-gpu-pci')],
    'NEEDS_OVERRIDES [video0 x-scanout-vmstate-version=2]',
    'SAFE',
    'BLOCKED',
  ),
  one('pseries-default-cpu', 'pseries-8.2', ['8.2.0', '9.1.0', '9.2.3'], [], 'RISKY', 'SAFE', 'RISKY'),
  one('ppc-quiesced', 'pseries-9.2', ['9.2.0', '10.1.0', '11.0.0'], [], 'SAFE', 'BLOCKED', 'BLOCKED'),
  one(
    'vdagent-migration',
    'pc-q35-10.0',
    ['10.0.2', '10.1.0', '11.0.0'],
    [device('chr0', 'chardev-qemu-vdagent')],
    'NEEDS_OVERRIDES [chr0 x-migration-blocked=off]',
    'SAFE',
    'BLOCKED',
    'BLOCKED',
  ),
  one('x86-error-code', 'pc-q35-10.1', ['10.1.0', '10.2.0', '11.0.0'], [], 'SAFE', 'SAFE', 'SAFE'),
];

const configurationOf = ({ machineType, devices = [] }: Breakage): LaunchConfiguration => ({
  machineType,
  devices,
  globals: [],
  cpu: null,
  accelerator: 'kvm',
});

/** What one behaviour says of a hop, whatever others say of it. */
const wordOf = (assessment: Assessment | null | undefined, id: string): string => {
  if (assessment == null) return NEVER;
  const reasons = assessment.reasons.filter(({ behaviour }) => behaviour === id);
  const kinds = new Set(reasons.map(({ kind }) => kind));
  const knobs = new Set(
    catalogue.behaviours.find((behaviour) => behaviour.id === id)?.knobs.map(({ property }) => property),
  );
  const overrides = assessment.overrides.filter(({ property }) => knobs.has(property));
  if (overrides.length > 0) {
    const list = overrides.map(({ alias, property, value }) => `${alias ?? '-global'} ${property}=${value}`);
    return `NEEDS_OVERRIDES [${list.join(', ')}]`;
  }
  if (kinds.has('refused')) return 'BLOCKED';
  if (kinds.has('acceptance-unknown') || kinds.has('value-unknown')) return 'UNKNOWN';
  return ['degraded', 'documented-otherwise'].some((kind) => kinds.has(kind as never)) ? 'RISKY' : 'SAFE';
};

describe('each breakage, for guests born in the broken release and before', () => {
  it.each(BREAKAGES.map((breakage) => [breakage.id, breakage] as const))('%s', (id, breakage) => {
    const [good, broken, fixed] = breakage.releases;
    // The behaviour by itself, so that others of the same machine type do not get in the way.
    const alone = {
      ...catalogue,
      behaviours: catalogue.behaviours.filter((behaviour) => behaviour.id === id),
    };
    const cells = hopMatrix(alone, configurationOf(breakage), [good, broken, fixed].map(build));
    const hop = (born: string, from: string, to: string): string =>
      wordOf(
        cells.find(
          (cell) => cell.born.version === born && cell.from.version === from && cell.to.version === to,
        )?.assessment,
        id,
      );
    expect({
      brokenToFixed: hop(broken, broken, fixed),
      thenBack: hop(broken, fixed, broken),
      before: { toBroken: hop(good, good, broken), toFixed: hop(good, good, fixed) },
    }).toEqual(breakage.born);
  });

  it('q35-4.0-split-irqchip: the type keeps what it has, and is not let into pc-q35-4.0.1', () => {
    const [machineType, devices] = ['pc-q35-4.0', []];
    const story = new Story();
    story.launched(0, 'a', build('4.0.0'), {
      machineType,
      devices,
      globals: [],
      cpu: null,
      accelerator: 'kvm',
    });
    const to = (type: string): Assessment | null =>
      askHop({
        uuid: UUID,
        events: story.events,
        knowledge: { catalogue, hosts: new Map() },
        destination: { host: null, build: build('4.1.0'), libvirt: null, machineTypes: null },
        configuration: { machineType: type, devices, globals: [], cpu: null, accelerator: 'kvm' },
        via: 'migration',
        savedState: null,
        at: 0,
      }).assessment;
    expect(wordOf(to('pc-q35-4.0'), 'q35-4.0-split-irqchip')).toBe('SAFE');
    expect(to('pc-q35-4.0.1')).toMatchObject({ verdict: 'BLOCKED' });
    expect(to('pc-q35-4.0.1')?.reasons.map(({ kind }) => kind)).toContain('machine-type-differs');
  });
});

describe('the two breakages that hang on the CPU', () => {
  const guest = (cpu: CpuConfiguration): LaunchConfiguration => ({
    machineType: 'pc-q35-10.0',
    devices: [],
    globals: [],
    cpu,
    accelerator: 'kvm',
  });
  const AMD_GUEST = guest({
    mode: 'custom',
    model: 'EPYC',
    features: [{ name: 'arch-capabilities', policy: 'require' }],
  });
  const NO_PMU = guest({
    mode: 'custom',
    model: 'Haswell',
    features: [
      { name: 'pmu', policy: 'disable' },
      { name: 'pdcm', policy: 'require' },
    ],
  });
  const ask = (
    id: string,
    configuration: LaunchConfiguration,
    vendor: string,
    born: string,
    to: string,
  ): string => {
    const cpu = { model: null, features: [], vendor };
    const report: HostReport = {
      host: 'a',
      builds: [build(born)],
      libvirt: null,
      kernel: null,
      vendor: null,
      machineTypes: null,
      cpu,
    };
    const story = new Story();
    story.launched(0, 'a', build(born), configuration);
    const { assessment } = askHop({
      uuid: UUID,
      events: story.events,
      knowledge: { catalogue, hosts: new Map([['a', [{ at: 0, report }]]]) },
      destination: { host: 'b', build: build(to), libvirt: null, machineTypes: null, cpu },
      configuration,
      via: 'migration',
      savedState: null,
      at: 0,
    });
    return wordOf(assessment, id);
  };

  it('x86-arch-capabilities-amd: lost on the way into 10.0.3 to 10.1.1, on AMD alone', () => {
    const hop = (vendor: string, born: string, to: string): string =>
      ask('x86-arch-capabilities-amd', AMD_GUEST, vendor, born, to);
    expect(hop('AuthenticAMD', '10.0.2', '10.0.4')).toBe('BLOCKED');
    expect(hop('AuthenticAMD', '10.0.2', '10.0.6')).toBe('SAFE');
    expect(hop('AuthenticAMD', '10.0.4', '10.0.6')).toBe('RISKY');
    expect(hop('AuthenticAMD', '10.0.4', '10.1.2')).toBe(
      'NEEDS_OVERRIDES [-global x-arch-cap-always-on=off]',
    );
    expect(hop('AuthenticAMD', '10.0.2', '10.1.2')).toBe('SAFE');
    expect(hop('GenuineIntel', '10.0.2', '10.0.4')).toBe('SAFE');
  });

  it('x86-pdcm-without-pmu: dropped on the way into 10.0.4 to 10.1.1, where the PMU is off', () => {
    const hop = (born: string, to: string): string =>
      ask('x86-pdcm-without-pmu', NO_PMU, 'GenuineIntel', born, to);
    expect(hop('10.0.2', '10.0.5')).toBe('RISKY');
    expect(hop('10.0.2', '10.0.3')).toBe('SAFE');
    expect(hop('10.0.5', '10.1.2')).toBe('NEEDS_OVERRIDES [-global x-pdcm-on-even-without-pmu=off]');
    expect(hop('10.0.5', '10.0.6')).toBe('RISKY');
  });
});

it('31 breakages are tried', () => {
  expect(BREAKAGES.length + 3).toBe(31);
});
