import type { Device, LaunchConfiguration } from '../qemu/device.js';
import type { Behaviour } from './behaviour.js';
import { allHold } from './condition.js';

/** `e1000e` by `e1000e`, `virtio-net-pci` by `virtio-*-pci*`. */
export const matchesQomType = (pattern: string, qomType: string): boolean => {
  if (!pattern.includes('*')) return pattern === qomType;
  const parts = pattern.split('*');
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (index === 0) {
      if (!qomType.startsWith(part)) return false;
      at = part.length;
    } else if (index === parts.length - 1) {
      return qomType.length - part.length >= at && qomType.endsWith(part);
    } else {
      const found = qomType.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
  }
  return true;
};

/**
 * Whether a behaviour concerns a device: yes, no, or null for *unknown* (its type or place is not known).
 * @see catalogue, `selector`
 */
export const selects = (
  behaviour: Behaviour,
  device: Device,
  configuration: LaunchConfiguration,
): boolean | null => {
  const { qomType } = device;
  if (qomType === null) return null;
  let unknown = false;
  for (const part of behaviour.selector) {
    if (!part.qomTypes.some((pattern) => matchesQomType(pattern, qomType))) continue;
    const answer = allHold(part.when, { device, configuration, kernel: null, cpuVendor: null });
    if (answer === true) return true;
    if (answer === null) unknown = true;
  }
  return unknown ? null : false;
};
