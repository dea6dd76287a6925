import type { Catalogue } from '../catalogue/catalogue.js';
import type { Device } from '../qemu/device.js';
import { latchPlug, latchUnplug, type Holder } from './carried.js';
import type { HostProcess } from './host-process.js';
import type { Link } from './link.js';
import { observe, observeRefusal } from './observe.js';
import { lifeOf } from './refusals.js';
import { relatchOnReset } from './carry-over.js';
import type { Source } from './transfer.js';

/** A process as it came to be, and each state saved from it on the way, by the instant. */
export interface Lived {
  readonly source: Source;
  readonly snapshots: ReadonlyMap<number, Source>;
}

/** What happens to devices and values while a process holds the guest. */
export const live = (link: Link, start: Source, catalogue: Catalogue): Lived => {
  const { process } = link;
  let { holder, carried } = start;
  const snapshots = new Map<number, Source>();
  for (const mark of lifeOf(link)) {
    if ('registers' in mark) {
      carried = observeRefusal(catalogue, carried, holder.configuration?.devices ?? [], mark);
      continue;
    }
    const { data } = mark;
    switch (data.type) {
      case 'GuestReset':
        carried = relatchOnReset(catalogue, carried, holder, mark);
        break;
      case 'DevicePlugged': {
        const device = typed(data.device, process);
        // A second report of a plug that says less (libvirt's event names only the alias) adds nothing.
        if (device.qomType === null && has(holder, device.alias)) break;
        holder = withDevices(holder, (devices) => [
          ...devices.filter(({ alias }) => alias !== device.alias),
          device,
        ]);
        carried = latchPlug(catalogue, carried, device, holder, mark);
        break;
      }
      case 'DeviceUnplugged': {
        const { alias } = data;
        const gone = deviceIn(holder, alias);
        holder = withDevices(holder, (devices) => devices.filter((device) => device.alias !== alias));
        carried = latchUnplug(catalogue, carried, gone, holder, mark);
        break;
      }
      case 'ValueObserved':
        carried = observe(catalogue, carried, { alias: data.alias, ...data.what, text: data.value }, mark);
        break;
      case 'StateSaved':
        snapshots.set(mark.at, { holder, carried });
        break;
    }
  }
  return { source: { holder, carried }, snapshots };
};

/** libvirt's event names only the alias; a later report of the same process may say what it is. */
const typed = (device: Device, process: HostProcess): Device => {
  if (device.qomType !== null) return device;
  for (const { data } of process.starts) {
    if (data.type !== 'VmAdopted') continue;
    const known = data.configuration?.devices.find(({ alias }) => alias === device.alias);
    if (known !== undefined) return known;
  }
  return device;
};

const deviceIn = ({ configuration }: Holder, alias: string): Device =>
  configuration?.devices.find((device) => device.alias === alias) ?? {
    alias,
    qomType: null,
    address: null,
    properties: {},
  };

const has = (holder: Holder, alias: string): boolean =>
  holder.configuration?.devices.some((device) => device.alias === alias) ?? false;

const withDevices = (holder: Holder, change: (devices: readonly Device[]) => readonly Device[]): Holder =>
  holder.configuration === null
    ? holder
    : {
        ...holder,
        configuration: { ...holder.configuration, devices: change(holder.configuration.devices) },
      };
