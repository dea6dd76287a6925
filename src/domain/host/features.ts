import { renderOverrides } from '../hop/render.js';
import type { GlobalProperty } from '../qemu/device.js';
import { featuresOf, type CpuFeatures } from './cpu-features.js';
import { libvirtFeature } from './feature-names.js';
import type { DeviceFeatures, HostCpu } from './report.js';

/** A host with what guests can get of it. Null: not reported. */
export interface FeatureHost {
  readonly host: string;
  readonly cpu: HostCpu | null;
  readonly deviceFeatures: readonly DeviceFeatures[] | null;
}

/** What a set of hosts have in common, and what each has beyond it: a guest without that can run on any of them. */
export interface FeatureBaseline {
  /** CPU features of all hosts that reported any, in QEMU's spelling, sorted; null: none did. */
  readonly cpu: readonly string[] | null;
  readonly devices: readonly DeviceFeatures[];
  readonly hosts: readonly HostBaseline[];
  /** What the baseline does not cover. */
  readonly warnings: readonly string[];
}

/** What one host has to switch off. */
export interface HostBaseline {
  readonly host: string;
  /** Null: it reported no CPU features. */
  readonly cpu: Surplus | null;
  /** Of the devices that it reported. */
  readonly devices: readonly DeviceSurplus[];
}

/** CPU features beyond the common ones, and how a guest is launched without them. */
export interface Surplus {
  readonly surplus: readonly string[];
  readonly qemu: string;
  readonly libvirt: string;
}

/** The same of a device; null where there is nothing to switch off, or no argument says it. */
export interface DeviceSurplus {
  readonly device: string;
  readonly surplus: readonly string[];
  readonly qemu: string | null;
  readonly libvirt: string | null;
}

/** @see QEMU docs/devel/migration/compatibility.rst, "How to mitigate when we have a backward compatibility error" */
export const featureBaseline = (hosts: readonly FeatureHost[]): FeatureBaseline => {
  const cpus = hosts.map(({ cpu }) => featuresOf(cpu));
  const known = cpus.flatMap((features) => features ?? []);
  const cpu = known.length === 0 ? null : common(known.map(({ names }) => names));
  const devices = commonDevices(hosts);
  return {
    cpu,
    devices,
    hosts: hosts.map(({ host, deviceFeatures }, i) => ({
      host,
      cpu: cpuSurplus(cpus[i] ?? null, cpu),
      devices: (deviceFeatures ?? []).map((own) => deviceSurplus(own, devices)),
    })),
    warnings: warningsOf(hosts, cpus),
  };
};

const common = (sets: readonly ReadonlySet<string>[]): readonly string[] => {
  const [first, ...others] = sets;
  return [...(first ?? [])].filter((name) => others.every((set) => set.has(name))).sort();
};

const beyond = (names: Iterable<string>, shared: readonly string[]): readonly string[] =>
  [...new Set(names)].filter((name) => !shared.includes(name)).sort();

const cpuSurplus = (features: CpuFeatures | null, shared: readonly string[] | null): Surplus | null => {
  if (features === null || shared === null) return null;
  const surplus = beyond(features.names, shared);
  const lines = surplus.map((name) => `  <feature policy='disable' name='${libvirtFeature(name)}'/>`);
  const libvirt = ["<cpu mode='host-passthrough'>", ...lines, '</cpu>'].join('\n');
  return { surplus, qemu: ['-cpu host', ...surplus.map((name) => `${name}=off`)].join(','), libvirt };
};

/** Of the hosts that reported the device: another may have it all the same. */
const commonDevices = (hosts: readonly FeatureHost[]): readonly DeviceFeatures[] => {
  const lists = new Map<string, ReadonlySet<string>[]>();
  for (const { device, features } of hosts.flatMap(({ deviceFeatures }) => deviceFeatures ?? []))
    lists.set(device, [...(lists.get(device) ?? []), new Set(features)]);
  return [...lists]
    .map(([device, sets]) => ({ device, features: common(sets) }))
    .sort((a, b) => (a.device < b.device ? -1 : 1));
};

const deviceSurplus = (
  { device, features }: DeviceFeatures,
  devices: readonly DeviceFeatures[],
): DeviceSurplus => {
  const surplus = beyond(features, devices.find((shared) => shared.device === device)?.features ?? []);
  const driver = driverOf(device);
  if (driver === null || surplus.length === 0) return { device, surplus, qemu: null, libvirt: null };
  const globals = surplus.map((property): GlobalProperty => ({ driver, property, value: 'off' }));
  const { qemuGlobal, libvirtCommandline } = renderOverrides([], globals);
  return { device, surplus, qemu: qemuGlobal.join(' '), libvirt: libvirtCommandline };
};

/**
 * The QOM type that a `-global` reaches all devices of the kind by, behind PCI, CCW or MMIO. Measured on 7.2.22 and
 * 11.1.3: `-global virtio-net-device.guest_uso4=off` is what `virtio-net-pci` then has.
 */
const driverOf = (device: string): string | null => {
  const [kind = ''] = device.split('/');
  return /^(?:virtio|vhost|vhost-user)-[a-z0-9-]+$/.test(kind) && kind !== 'vhost-vdpa'
    ? `${kind}-device`
    : null;
};

const warningsOf = (
  hosts: readonly FeatureHost[],
  cpus: readonly (CpuFeatures | null)[],
): readonly string[] => {
  const silent = hosts.filter((_host, i) => cpus[i] === null).map(({ host }) => host);
  const kinds = new Set(cpus.flatMap((features) => features?.by ?? []));
  const vendors = new Set(hosts.flatMap(({ cpu }) => cpu?.vendor ?? []));
  return [
    ...(silent.length > 0
      ? [`no CPU features were reported by ${silent.join(', ')}: not part of the baseline`]
      : []),
    ...(kinds.size > 1
      ? [
          'some hosts list what /proc/cpuinfo says, others what QEMU says: these lists differ even on equal hosts',
        ]
      : []),
    ...(vendors.size > 1
      ? [
          `CPUs of ${[...vendors].sort().join(' and ')}: -cpu host does not take a guest from one to the other`,
        ]
      : []),
    ...partlyReported(hosts),
  ];
};

const partlyReported = (hosts: readonly FeatureHost[]): readonly string[] =>
  commonDevices(hosts).flatMap(({ device }) => {
    const silent = hosts
      .filter(({ deviceFeatures }) => !deviceFeatures?.some((own) => own.device === device))
      .map(({ host }) => host);
    return silent.length === 0 ? [] : [`${device} was not reported by ${silent.join(', ')}`];
  });
