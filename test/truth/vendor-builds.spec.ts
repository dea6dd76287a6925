import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../src/catalogue/load.js';
import { behaviourOf } from '../../src/domain/catalogue/catalogue.js';
import { askHop } from '../../src/domain/hop/ask.js';
import type { Assessment } from '../../src/domain/hop/assessment.js';
import type { HostReport } from '../../src/domain/host/report.js';
import type { Build } from '../../src/domain/qemu/build.js';
import type { Device, LaunchConfiguration } from '../../src/domain/qemu/device.js';
import { device, Story, UUID, withProperty } from '../domain/story.js';

const catalogue = loadCatalogue();

interface Host {
  readonly build: Build;
  readonly kernel?: string;
}
const host = (version: string, packaged: string | null, kernel?: string): Host => ({
  build: { version, package: packaged },
  ...(kernel === undefined ? {} : { kernel }),
});

const report = ({ build, kernel }: Host): HostReport => ({
  host: 'a',
  builds: [build],
  libvirt: null,
  kernel: kernel ?? null,
  vendor: null,
  machineTypes: null,
  cpu: null,
});

/** What one behaviour says of a guest born on one host that goes to another. */
const said = (
  id: string,
  machineType: string,
  devices: readonly Device[],
  from: Host,
  to: Host,
  there: readonly Device[] = devices,
): readonly string[] => {
  const behaviour = behaviourOf(catalogue, id);
  if (behaviour === undefined) throw new Error(`no ${id}`);
  const guest = (of: readonly Device[]): LaunchConfiguration => ({
    machineType,
    devices: of,
    globals: [],
    cpu: null,
    accelerator: 'kvm',
  });
  const story = new Story();
  story.launched(0, 'a', from.build, guest(devices));
  const { assessment } = askHop({
    uuid: UUID,
    events: story.events,
    knowledge: {
      catalogue: { ...catalogue, behaviours: [behaviour] },
      hosts: new Map([['a', [{ at: 0, report: report(from) }]]]),
    },
    destination: {
      host: 'b',
      build: to.build,
      libvirt: null,
      machineTypes: [machineType],
      kernel: to.kernel ?? null,
    },
    configuration: guest(there),
    via: 'migration',
    savedState: null,
    at: 0,
  });
  return shown(assessment);
};
const shown = (assessment: Assessment | null): readonly string[] =>
  assessment === null
    ? ['none']
    : [
        assessment.verdict,
        ...assessment.overrides.map(({ property, value }) => `${property}=${value}`),
        ...assessment.reasons.flatMap(({ kind, behaviour }) => (behaviour === null ? [] : kind)),
      ];

const NIC = device('net0', 'virtio-net-pci', { address: '0000:01:00.0' });
const PORT = device('pci.1', 'pcie-root-port', { address: '0000:00:02.0' });

describe('virtio-net USO hangs on the kernel of the host', () => {
  const EL9 = host('9.1.0', 'qemu-kvm-9.1.0-15.el9', '5.14.0-570.el9.x86_64');
  const UBUNTU = host('9.1.0', 'qemu-kvm-9.1.0-15.el9', '6.8.0-45-generic');
  const FIXED = host('9.1.0', 'qemu-kvm-9.1.0-20.el9', '6.8.0-45-generic');
  const type = 'pc-q35-rhel9.6.0';
  const hop = (from: Host, to: Host, there = NIC): readonly string[] =>
    said('virtio-net-uso', type, [NIC], from, to, [there]);

  it('a guest that could take it does not go where the kernel lacks it, whatever the property says', () => {
    expect(hop(UBUNTU, EL9)).toEqual(['BLOCKED', 'refused']);
    expect(hop(UBUNTU, EL9, withProperty(NIC, 'host_uso', 'on'))).toEqual(['BLOCKED', 'refused']);
  });

  it('nor to the package that turned it off, unless it is turned on', () => {
    expect(hop(UBUNTU, FIXED)).toEqual(['NEEDS_OVERRIDES', 'host_uso=on', 'needs-override']);
  });

  it('a guest of a kernel without it goes anywhere, and so does one between equal kernels', () => {
    expect(hop(EL9, UBUNTU)[0]).not.toBe('BLOCKED');
    expect(hop(EL9, EL9)[0]).toBe('SAFE');
    expect(hop(UBUNTU, UBUNTU)[0]).toBe('SAFE');
  });

  it('hosts that say nothing of their kernel are taken to be alike; so are builds that name no package', () => {
    const silent = (version: string): Host => host(version, null);
    expect(said('virtio-net-uso', 'pc-q35-8.2', [NIC], silent('8.2.0'), silent('9.0.0'))[0]).toBe('SAFE');
    expect(said('virtio-net-uso', 'pc-q35-9.1', [NIC], silent('9.1.0'), silent('9.2.0'))[0]).toBe('SAFE');
  });
});

describe('RHEL carries fixes under the number of a release that has them not', () => {
  const upstream = host('8.2.0', 'upstream');

  it('its 8.0.0 has the AER mask right from 8.0.0-10 on', () => {
    const hop = (packaged: string): string | undefined =>
      said('pcie-err-unc-mask', 'pc-q35-rhel9.2.0', [PORT], host('8.0.0', packaged), upstream)[0];
    expect(hop('qemu-kvm-8.0.0-16.el9_3.1')).toBe('SAFE');
    expect(hop('qemu-kvm-8.0.0-9.el9')).toBe('NEEDS_OVERRIDES');
  });

  it('an 8.0.0 that names no package has the fault for certain, of upstream machine types', () => {
    expect(said('pcie-err-unc-mask', 'pc-q35-7.2', [PORT], host('8.0.0', null), upstream)).toEqual([
      'NEEDS_OVERRIDES',
      'x-pcie-err-unc-mask=on',
      'needs-override',
    ]);
  });

  it('its 7.2.0 has the vectors of virtio-rng right', () => {
    const RNG = device('rng0', 'virtio-rng-pci', { address: '0000:01:00.0' });
    const hop = (type: string, packaged: string): string | undefined =>
      said('virtio-rng-vectors', type, [RNG], host('7.2.0', packaged), upstream)[0];
    expect(hop('pc-q35-rhel9.0.0', 'qemu-kvm-7.2.0-14.el9_2.5')).toBe('SAFE');
    expect(hop('pc-q35-6.2', 'Debian 1:7.2+dfsg-1')).toBe('NEEDS_OVERRIDES');
  });

  it('its 6.2.0 of RHEL 8 migrates i440fx guests by luck before 6.2.0-40', () => {
    const type = 'pc-i440fx-rhel7.6.0';
    const old = host('6.2.0', 'qemu-kvm-6.2.0-32.module+el8.8.0+18361+9f407f6e');
    const fixed = host('6.2.0', 'qemu-kvm-6.2.0-40.module+el8.9.0+20056+d9fb1ac3.1');
    expect(said('piix4-acpi-index', type, [], old, fixed)).toEqual(['RISKY', 'degraded']);
    expect(said('piix4-acpi-index', type, [], fixed, fixed)).toEqual(['SAFE']);
    const debian = host('6.2.0', 'Debian 1:6.2+dfsg-2ubuntu6');
    expect(said('piix4-acpi-index', 'pc-i440fx-6.2', [], debian, upstream)).toEqual(['SAFE']);
  });
});

describe('Ubuntu’s machine types are not all built on the QEMU that they came with', () => {
  it('pc-i440fx-focal is 4.0: no guest of it is concerned by what 5.0 to 5.2 did to 4.2', () => {
    const focal = host('5.2.0', 'Debian 1:5.2+dfsg-9ubuntu3');
    const before = host('4.2.1', 'Debian 1:4.2-3ubuntu6');
    expect(said('virtio-disabled-flag', 'pc-i440fx-focal', [NIC], focal, before)).toEqual(['SAFE']);
    expect(said('virtio-disabled-flag', 'pc-q35-focal', [NIC], focal, before)[0]).toBe('RISKY');
  });
});

describe('what a behaviour says of one device says nothing of another', () => {
  it('vectors set by hand on a balloon are remembered, though virtio-rng has a behaviour of that property', () => {
    const balloon = device('balloon0', 'virtio-balloon-pci', { properties: { vectors: '2' } });
    const build = host('10.0.2', 'upstream');
    const answer = said('virtio-rng-vectors', 'pc-q35-10.0', [balloon], build, build, [
      device('balloon0', 'virtio-balloon-pci'),
    ]);
    expect(answer).toEqual(['NEEDS_OVERRIDES', 'vectors=2', 'needs-override']);
  });
});
