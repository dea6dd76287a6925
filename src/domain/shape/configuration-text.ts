import type { CpuConfiguration, Device, LaunchConfiguration } from '../qemu/device.js';

/**
 * Properties whose value tells one VM or host from another and never one behaviour: back ends, files, identities. QEMU
 * knows each of them for as long as the device itself. Their names count, their values do not.
 */
const OF_ONE_VM: ReadonlySet<string> = new Set([
  'audiodev',
  'chardev',
  'drive',
  'fd',
  'fds',
  'filename',
  'host',
  'iothread',
  'mac',
  'memdev',
  'netdev',
  'path',
  'rng',
  'serial',
  'sysfsdev',
  'tpmdev',
  'uuid',
  'vhostfd',
  'vhostfds',
  'wwn',
  'wwpn',
]);
const ANY = '*';

/**
 * A configuration without what tells VMs apart that are launched alike. Fields and properties are in a fixed order, so
 * that equal ones are equal JSON; devices and globals stay in theirs, which QEMU goes by.
 */
export const withoutIdentity = ({
  machineType,
  devices,
  globals,
  cpu,
  accelerator,
  exact,
  emulator,
}: LaunchConfiguration): LaunchConfiguration => ({
  machineType,
  devices: devices.map(deviceWithoutIdentity),
  globals: globals.map(({ driver, property, value }) => ({ driver, property, value })),
  cpu: cpu === null ? null : cpuInOrder(cpu),
  accelerator,
  ...(exact === true && { exact }),
  ...(emulator !== undefined && { emulator }),
});

export const deviceWithoutIdentity = ({ alias, qomType, address, properties }: Device): Device => ({
  alias,
  qomType,
  address,
  properties: Object.fromEntries(
    Object.entries(properties)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([name, value]) => [name, OF_ONE_VM.has(name) ? ANY : value]),
  ),
});

export const cpuInOrder = ({ mode, model, features }: CpuConfiguration): CpuConfiguration => ({
  mode,
  model,
  features: features.map(({ name, policy }) => ({ name, policy })),
});

/** The same text for configurations that no catalogue tells apart. */
export const configurationText = (configuration: LaunchConfiguration | null): string =>
  JSON.stringify(configuration === null ? null : withoutIdentity(configuration));
