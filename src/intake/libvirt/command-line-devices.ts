import type { Device } from '../../domain/qemu/device.js';
import { isSecretProperty } from '../../domain/qemu/secret-property.js';
import type { QemuArgument } from './qemu-arguments.js';

/** Where a device is and what it is called: not properties of it. */
const PLACE: ReadonlySet<string> = new Set(['bus', 'addr']);

/** The devices of `-device`, in order, with what `-set` changes of them. */
export const devicesOf = (args: readonly QemuArgument[]): readonly Device[] => {
  const devices = new Map<string, Device>();
  const nameless = new Map<string, number>();
  for (const arg of args) {
    if (arg.kind === 'device') {
      const address = pciAddress(arg.options['bus'], arg.options['addr']);
      const alias = arg.id ?? standIn(arg.driver, address, arg.options, nameless);
      devices.set(alias, { alias, qomType: arg.driver, address, properties: propertiesOf(arg.options) });
    } else if (arg.kind === 'set') {
      const device = devices.get(arg.alias);
      if (device === undefined || isSecretProperty(arg.property)) continue;
      const properties = { ...device.properties, [arg.property]: arg.value };
      devices.set(arg.alias, { ...device, properties });
    }
  }
  return [...devices.values()];
};

const propertiesOf = (options: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(options).filter(([key]) => !PLACE.has(key) && !isSecretProperty(key)));

/** Stable over restarts, which a plain count over all devices would not be. */
const standIn = (
  driver: string,
  address: string | null,
  options: Readonly<Record<string, string>>,
  nameless: Map<string, number>,
): string => {
  if (address !== null) return `${driver}@${address}`;
  const place = [options['bus'], options['addr']].filter((part) => part !== undefined).join('/');
  const name = `${driver}@${place}`;
  const seen = nameless.get(name) ?? 0;
  nameless.set(name, seen + 1);
  return place === '' || seen > 0 ? `${name}#${seen}` : name;
};

/**
 * `0000:01:00.0`, as libvirt's XML would name it. Its PCI controller with index N is the bus `pci.N`; the root is
 * `pcie.0` or `pci.0`. Null for every other bus (USB, SCSI, a second root) and for an address that is none.
 */
export const pciAddress = (bus: string | undefined, addr: string | undefined): string | null => {
  const [, digits] = /^(?:pcie\.(?=0$)|pci\.)(\d{1,3})$/.exec(bus ?? '') ?? [];
  const [, slotDigits, functionDigits = '0'] =
    /^(?:0x)?([0-9a-f]{1,2})(?:\.(?:0x)?([0-9a-f]))?$/i.exec(addr ?? '') ?? [];
  if (digits === undefined || slotDigits === undefined) return null;
  const [index, slot, fn] = [
    Number(digits),
    Number.parseInt(slotDigits, 16),
    Number.parseInt(functionDigits, 16),
  ];
  if (index > 0xff || slot > 0x1f || fn > 7) return null;
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  return `0000:${hex(index)}:${hex(slot)}.${fn}`;
};
