import type { Device } from '../qemu/device.js';

/**
 * Which device of the source each device of the destination is. The stream knows devices by their place in the
 * machine (`0000:00:02.0/pcie-root-port`), so the PCI address decides; aliases may be dealt anew on a hop
 * (libvirt numbers NICs in order), and serve where there is no address.
 */
export const matchDevices = (from: readonly Device[], to: readonly Device[]): ReadonlyMap<Device, Device> => {
  const matched = new Map<Device, Device>();
  const free = new Set(from);
  const take = (device: Device, found: Device | undefined): void => {
    if (found === undefined) return;
    matched.set(device, found);
    free.delete(found);
  };
  for (const device of to) {
    if (device.address === null) continue;
    take(
      device,
      [...free].find((other) => other.address === device.address && sameType(other, device)),
    );
  }
  for (const device of to) {
    if (matched.has(device)) continue;
    const apart = (other: Device): boolean =>
      other.address !== null && device.address !== null && other.address !== device.address;
    take(
      device,
      [...free].find((other) => other.alias === device.alias && sameType(other, device) && !apart(other)),
    );
  }
  return matched;
};

const sameType = (a: Device, b: Device): boolean =>
  a.qomType === null || b.qomType === null || a.qomType === b.qomType;
