import type { Device, LaunchConfiguration } from '../qemu/device.js';
import type { Behaviour, Condition } from './behaviour.js';

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

/** PCI Express ports: a device right behind one has its own extended config space that the guest can reach. */
const PCIE_PORTS = ['pcie-root-port', 'ioh3420', 'xio3130-downstream', 'cxl-rp', 'cxl-downstream'];

const behindPciePort = (device: Device, configuration: LaunchConfiguration): boolean | null => {
  const bus = device.address === null ? null : /^[0-9a-f]{4}:([0-9a-f]{2}):/i.exec(device.address)?.[1];
  if (bus === null || bus === undefined) return null;
  const number = Number.parseInt(bus, 16);
  if (number === 0) return false;
  const port = configuration.devices.find((candidate) => candidate.alias === `pci.${number}`);
  return port === undefined || port.qomType === null ? null : PCIE_PORTS.includes(port.qomType);
};

const holds = (condition: Condition, device: Device, configuration: LaunchConfiguration): boolean | null => {
  if (condition.kind === 'behind-pcie-port') return behindPciePort(device, configuration);
  return device.properties[condition.name] === condition.value;
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
    const answers = part.when.map((condition) => holds(condition, device, configuration));
    if (answers.every((answer) => answer === true)) return true;
    if (!answers.includes(false)) unknown = true;
  }
  return unknown ? null : false;
};
