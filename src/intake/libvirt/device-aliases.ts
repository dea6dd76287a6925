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
  /** One past the highest in use, given ones further down included. */
  const next = (prefix: string, among: readonly Element[]): string => {
    const inUse = among
      .map((device) => aliases.get(device))
      .filter((alias) => alias?.startsWith(prefix) === true);
    const numbers = inUse.map((alias) => numberOf(alias?.slice(prefix.length) ?? null) ?? -1);
    return `${prefix}${Math.max(-1, ...numbers) + 1}`;
  };
  const assignNext = (name: string, prefix: string): void => {
    for (const device of all(name)) assign(device, next(prefix, all(name)));
  };
  /** By place among its kind, whatever aliases the others have. */
  const assignByPlace = (name: string, prefix: string): void => {
    all(name).forEach((device, place) => assign(device, `${prefix}${place}`));
  };

  // The order matters where two kinds share a prefix: interfaces take hostdevN before host devices do.
  for (const disk of all('disk')) assign(disk, diskAlias(disk, domain));
  const interfaces = all('interface');
  const hostDevices = [...interfaces, ...all('hostdev')];
  for (const nic of interfaces) {
    const passedThrough = attributeOf(nic, 'type') === 'hostdev';
    assign(nic, passedThrough ? next('hostdev', hostDevices) : next('net', interfaces));
  }
  assignNext('filesystem', 'fs');
  assignByPlace('sound', 'sound');
  for (const device of all('hostdev')) assign(device, next('hostdev', hostDevices));
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
  assignNext('rng', 'rng');
  assignByPlace('tpm', 'tpm');
  assignMemory(all('memory'), assign, next);
  for (const vsock of all('vsock')) assign(vsock, 'vsock0');
  assignByPlace('iommu', 'iommu');
  assignNext('crypto', 'crypto');
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
  const controller = domain.devices.find(
    (device) =>
      device.localName === 'controller' &&
      attributeOf(device, 'type') === 'scsi' &&
      indexOf(device) === index,
  );
  const model = controller === undefined ? null : modelOf(controller);
  return model === null || model === 'auto' ? isX86(domain) : model === 'lsilogic';
};

/** DIMMs are named after their slot, memory on PCI is counted. */
const assignMemory = (
  memories: readonly Element[],
  assign: (device: Element, alias: string | null) => void,
  next: (prefix: string, among: readonly Element[]) => string,
): void => {
  const slotOf = (memory: Element): number | null =>
    numberOf(attributeOf(childOf(memory, 'address'), 'slot'));
  const taken = new Set(memories.map(slotOf));
  for (const memory of memories) {
    const model = modelOf(memory);
    if (model === 'virtio-mem') assign(memory, next('virtiomem', memories));
    else if (model === 'virtio-pmem') assign(memory, next('virtiopmem', memories));
    else if (model === 'dimm' || model === 'nvdimm') {
      let slot = slotOf(memory);
      for (let free = 0; slot === null; free++) if (!taken.has(free)) slot = free;
      taken.add(slot);
      assign(memory, `${model}${slot}`);
    }
  }
};
