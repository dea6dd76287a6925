import type { CpuConfiguration, Device, LaunchConfiguration } from '../qemu/device.js';
import { compareDotted } from '../qemu/version.js';
import type { Condition } from './behaviour.js';

/** What a condition is asked of. Null: not known. */
export interface Circumstances {
  readonly device: Device;
  readonly configuration: LaunchConfiguration | null;
  /** Of the host, as `uname -r` says it (`5.14.0-427.el9.x86_64`). */
  readonly kernel: string | null;
  /** Of the host's CPU (`AuthenticAMD`). */
  readonly cpuVendor: string | null;
  /** libvirt's version there; left out: not known, or no libvirt. */
  readonly libvirt?: string | null | undefined;
}

/** Whether all hold: no as soon as one does not, null where it hangs on something not known. */
export const allHold = (conditions: readonly Condition[], where: Circumstances): boolean | null => {
  const answers = conditions.map((condition) => holds(condition, where));
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
};

const holds = (condition: Condition, where: Circumstances): boolean | null => {
  const { device, configuration } = where;
  switch (condition.kind) {
    case 'property':
      return device.properties[condition.name] === condition.value;
    case 'behind-pcie-port':
      return configuration === null ? null : isBehindPciePort(device, configuration);
    case 'occupied':
      return configuration === null ? null : isOccupied(device, configuration);
    case 'kernel':
      return inSeries(condition, where.kernel);
    case 'libvirt':
      return inSeries(condition, where.libvirt ?? null);
    case 'accelerator':
      return configuration?.accelerator == null ? null : configuration.accelerator === condition.name;
    case 'cpu-vendor':
      return where.cpuVendor === null ? null : where.cpuVendor === condition.name;
    case 'cpu-feature':
      return configuration === null ? null : asksForFeature(condition, configuration.cpu);
  }
};

/** PCI Express ports: a device right behind one has its own extended config space that the guest can reach. */
const PCIE_PORTS = ['pcie-root-port', 'ioh3420', 'xio3130-downstream', 'cxl-rp', 'cxl-downstream'];

const isPciePort = ({ qomType }: Device): boolean | null =>
  qomType === null ? null : PCIE_PORTS.includes(qomType);

/** libvirt's name of the bus behind a bridge or port. Null: on a root bus; undefined: address not known. */
const busAbove = ({ address }: Device): string | null | undefined => {
  const bus = address === null ? undefined : /^[0-9a-f]{4}:([0-9a-f]{2}):/i.exec(address)?.[1];
  if (bus === undefined) return undefined;
  const number = Number.parseInt(bus, 16);
  return number === 0 ? null : `pci.${number}`;
};

/** The port or bridge that a device sits in; null: none, or not known. */
export const portOf = (device: Device, { devices }: LaunchConfiguration): Device | null => {
  const bus = busAbove(device);
  return bus == null ? null : (devices.find(({ alias }) => alias === bus) ?? null);
};

const isBehindPciePort = (device: Device, configuration: LaunchConfiguration): boolean | null => {
  const bus = busAbove(device);
  if (bus === undefined) return null;
  if (bus === null) return false;
  const port = portOf(device, configuration);
  return port === null ? null : isPciePort(port);
};

const isOccupied = (port: Device, { devices }: LaunchConfiguration): boolean | null => {
  if (isPciePort(port) !== true) return isPciePort(port);
  return devices.some((device) => busAbove(device) === port.alias);
};

/** By series alone: distributions backport, so a version of theirs says less than the number. */
const inSeries = (
  { from, to }: { readonly from: string | null; readonly to: string | null },
  version: string | null,
): boolean | null => {
  const series = version === null ? undefined : /^\d+\.\d+/.exec(version)?.[0];
  if (series === undefined) return null;
  return (
    (from === null || compareDotted(series, from) >= 0) && (to === null || compareDotted(series, to) <= 0)
  );
};

const ON = ['require', 'force', 'on'];
const OFF = ['disable', 'forbid', 'off'];

/** What is not asked for by name may come with the model: not known. */
const asksForFeature = (
  { name, value }: { readonly name: string; readonly value: 'on' | 'off' },
  cpu: CpuConfiguration | null,
): boolean | null => {
  const policy = cpu?.features.find((feature) => feature.name === name)?.policy;
  if (policy === undefined) return null;
  if (ON.includes(policy)) return value === 'on';
  return OFF.includes(policy) ? value === 'off' : null;
};
