import type { Device } from '../qemu/device.js';
import type { NamedDevice } from './diagnosis.js';
import { savesAs, stateNamed } from './state-names.js';

/** `0000:00:02.0:00.0/`: domain, root bus, then a slot and function for each device on the way down. */
const PCI_PATH = /^([\da-f]{4}:[\da-f]{2})((?::[\da-f]{2}\.[0-7]){1,32})(?:\/|$)/i;

/**
 * A device as sections of the stream and RAM blocks are named after it: `0000:00:02.0/pcie-root-port`, `serial`,
 * `0000:00:05.0/vga.vram`. @param isRam - the last part is a RAM block's name, and says nothing of the type
 */
export const deviceNamed = (section: string, isRam = false): NamedDevice => {
  const match = PCI_PATH.exec(section);
  const path = match === null ? null : match[0].replace(/\/$/, '');
  const [, root = '', steps = ''] = match ?? [];
  const places = steps.split(':').slice(1);
  const rest = section.slice(section.lastIndexOf('/') + 1);
  const stateName = isRam || rest === '' || rest === path ? null : rest;
  return {
    section,
    path,
    address: places.length === 1 ? path : null,
    behind: places.length < 2 ? null : [root, ...places.slice(0, -1)].join(':'),
    stateName,
    qomTypes: stateName === null ? [] : stateNamed(stateName).qomTypes,
    alias: null,
  };
};

/** A device known by its QOM type alone, out of a quoted `-device`. */
export const deviceGiven = (qomType: string, alias: string | null): NamedDevice => ({
  section: alias === null ? qomType : `${alias}/${qomType}`,
  path: null,
  address: null,
  behind: null,
  stateName: null,
  qomTypes: [qomType],
  alias,
});

/**
 * The device of a configuration that is meant: by its place, and only if its type can have saved this state.
 * The stream goes by slots, a configuration by bus numbers, which libvirt gives out: what is behind `pci.3` is on bus 3.
 */
export const deviceMeant = (named: NamedDevice, devices: readonly Device[]): Device | null => {
  const { path, stateName } = named;
  if (path === null || stateName === null) return null;
  const [domain = '', bus = '', ...places] = path.toLowerCase().split(':');
  let found: Device | undefined;
  let on: string | null = bus;
  for (const place of places) {
    if (on === null) return null;
    const address = [domain, on, place].join(':');
    found = devices.find((device) => device.address?.toLowerCase() === address);
    if (found === undefined) return null;
    on = busBehind(found);
  }
  return found?.qomType != null && savesAs(found.qomType, stateName) ? found : null;
};

const busBehind = ({ alias }: Device): string | null => {
  const [, index] = /^pci\.(\d{1,3})$/.exec(alias) ?? [];
  return index === undefined ? null : Number(index).toString(16).padStart(2, '0');
};
