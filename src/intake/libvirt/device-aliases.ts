import type { Element } from '@xmldom/xmldom';
import { indexOf, isI440fx, isQ35, isX86, modelOf, type DomainSurroundings } from './device-elements.js';
import { busOfDiskName, diskIndexOf, driveAddressOfIndex } from './disk-names.js';
import { attributeOf, childOf, numberOf } from './xml-elements.js';

/**
 * The alias of every device element: the one given, else the one that libvirt will assign when it starts the domain.
 * A hook on `migrate begin` sees no automatic aliases, and an override whose alias matches nothing is ignored
 * without a word: so the derivation must be libvirt's, to the letter.
 * @see libvirt src/qemu/qemu_alias.c (rules read in 10.x and 12.x; checked against recordings of 9.0, 11.3 and 12.8)
 */
export const deviceAliases = (domain: DomainSurroundings): ReadonlyMap<Element, string> => {
  const aliases = new Map<Element, string>();
  for (const device of domain.devices) {
    const given = attributeOf(childOf(device, 'alias'), 'name');
    if (given) aliases.set(device, given);
  }
  const all = (name: string): Element[] => domain.devices.filter((device) => device.localName === name);
  const assign = (device: Element, alias: string | null): void => {
    if (alias !== null && !aliases.has(device)) aliases.set(device, alias);
  };
  const highest = new Map<string, number>();
  /** One past the highest number in use, given ones further down included. */
  const next = (prefix: string, among: readonly Element[]): string => {
    const numberIn = (device: Element): number => {
      const alias = aliases.get(device);
      return alias?.startsWith(prefix) === true ? (numberOf(alias.slice(prefix.length)) ?? -1) : -1;
    };
    // Only given aliases need a look: what is assigned here is counted along.
    const last = highest.get(prefix) ?? among.reduce((most, device) => Math.max(most, numberIn(device)), -1);
    highest.set(prefix, last + 1);
    return `${prefix}${last + 1}`;
  };
  const assignNext = (devices: readonly Element[], prefix: string, among = devices): void => {
    for (const device of devices) if (!aliases.has(device)) assign(device, next(prefix, among));
  };
  /** By place among its kind, whatever aliases the others have. */
  const assignByPlace = (name: string, prefix: string): void => {
    all(name).forEach((device, place) => assign(device, `${prefix}${place}`));
  };

  // The order matters where two kinds share a prefix: interfaces take hostdevN before host devices do.
  for (const disk of all('disk')) assign(disk, diskAlias(disk, domain));
  const interfaces = all('interface');
  const hostDevices = [...interfaces, ...all('hostdev')];
  const isPassedThrough = (nic: Element): boolean => attributeOf(nic, 'type') === 'hostdev';
  assignNext(interfaces.filter(isPassedThrough), 'hostdev', hostDevices);
  assignNext(
    interfaces.filter((nic) => !isPassedThrough(nic)),
    'net',
    interfaces,
  );
  assignNext(all('filesystem'), 'fs');
  assignByPlace('sound', 'sound');
  assignNext(all('hostdev'), 'hostdev', hostDevices);
  assignByPlace('redirdev', 'redir');
  assignByPlace('video', 'video');
  for (const controller of all('controller')) assign(controller, controllerAlias(controller, domain));
  assignByPlace('input', 'input');
  assignByPlace('parallel', 'parallel');
  assignByPlace('serial', 'serial');
  assignByPlace('channel', 'channel');
  // A first console on a serial line is that serial line.
  const [firstConsole] = all('console');
  const [firstSerial] = all('serial');
  if (firstConsole && firstSerial && isSerialConsole(firstConsole))
    assign(firstConsole, aliases.get(firstSerial) ?? null);
  assignByPlace('console', 'console');
  assignByPlace('hub', 'hub');
  assignByPlace('shmem', 'shmem');
  assignByPlace('smartcard', 'smartcard');
  assignByPlace('watchdog', 'watchdog');
  for (const balloon of all('memballoon')) assign(balloon, modelOf(balloon) === 'none' ? null : 'balloon0');
  assignNext(all('rng'), 'rng');
  assignByPlace('tpm', 'tpm');
  const memories = all('memory');
  assignNext(
    memories.filter((memory) => modelOf(memory) === 'virtio-mem'),
    'virtiomem',
    memories,
  );
  assignNext(
    memories.filter((memory) => modelOf(memory) === 'virtio-pmem'),
    'virtiopmem',
    memories,
  );
  assignSlots(memories, assign);
  for (const vsock of all('vsock')) assign(vsock, 'vsock0');
  assignByPlace('iommu', 'iommu');
  assignNext(all('crypto'), 'crypto');
  assignByPlace('pstore', 'pstore');
  // libvirt gives panic devices no id: the name is hopledger's own, so that they can be told apart.
  assignByPlace('panic', 'panic');
  return aliases;
};

/** True for `<console>` as another view of a `<serial>`; the type is `serial` unless said otherwise. */
export const isSerialConsole = (console: Element): boolean =>
  (attributeOf(childOf(console, 'target'), 'type') ?? 'serial') === 'serial';

const controllerAlias = (controller: Element, domain: DomainSurroundings): string | null => {
  const type = attributeOf(controller, 'type');
  const index = indexOf(controller);
  const model = modelOf(controller);
  switch (type) {
    case null:
      return null;
    case 'pci':
      return model === 'pcie-root' ? `pcie.${index}` : `pci.${index}`;
    case 'ide':
      return index === 0 && isI440fx(domain) ? 'ide' : `ide${index}`;
    case 'sata':
      return index === 0 && isQ35(domain) ? 'ide' : `sata${index}`;
    case 'usb':
      return index === 0 ? 'usb' : `usb${index}`;
    case 'scsi':
      return index === 0 && model === 'ncr53c90' ? 'scsi' : `scsi${index}`;
    default:
      return `${type}${index}`;
  }
};

const diskAlias = (disk: Element, domain: DomainSurroundings): string | null => {
  const target = childOf(disk, 'target');
  const name = attributeOf(target, 'dev') ?? '';
  const bus = attributeOf(target, 'bus') ?? busOfDiskName(name);
  const index = diskIndexOf(name);
  if (bus === null) return null;

  const address = childOf(disk, 'address');
  const part = (key: string): number => numberOf(attributeOf(address, key)) ?? 0;
  const type = attributeOf(address, 'type');
  const drive =
    type === 'drive'
      ? { controller: part('controller'), bus: part('bus'), target: part('target'), unit: part('unit') }
      : type === null && index !== null
        ? driveAddressOfIndex(bus, index)
        : null;
  if (drive === null) return index === null ? null : `${bus}-disk${index}`;
  const withTarget = bus === 'scsi' && !isLsiLogic(drive.controller, domain);
  return withTarget
    ? `${bus}${drive.controller}-${drive.bus}-${drive.target}-${drive.unit}`
    : `${bus}${drive.controller}-${drive.bus}-${drive.unit}`;
};

/** LSI Logic's bus has no targets of its own; it is also what x86 gets when no model is named. */
const isLsiLogic = (index: number, domain: DomainSurroundings): boolean => {
  const model = domain.scsiModels.get(index) ?? null;
  return model === null || model === 'auto' ? isX86(domain) : model === 'lsilogic';
};

/** DIMMs are named after their slot; one without a slot gets the first that is free. */
const assignSlots = (
  memories: readonly Element[],
  assign: (device: Element, alias: string | null) => void,
): void => {
  const slotOf = (memory: Element): number | null =>
    numberOf(attributeOf(childOf(memory, 'address'), 'slot'));
  const taken = new Set(memories.map(slotOf));
  let free = 0;
  for (const memory of memories) {
    const model = modelOf(memory);
    if (model !== 'dimm' && model !== 'nvdimm') continue;
    const slot = slotOf(memory);
    if (slot === null) while (taken.has(free)) free++;
    assign(memory, `${model}${slot ?? free++}`);
  }
};
