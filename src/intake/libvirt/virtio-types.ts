import type { Element } from '@xmldom/xmldom';
import { addressTypeOf, modelOf, type DomainSurroundings } from './device-elements.js';

/**
 * QEMU's name of a virtio device by the bus it is on: `virtio-net` → `virtio-net-pci`, `-ccw`, `-device` (MMIO),
 * on PCI with `-transitional` or `-non-transitional` when the model says so.
 */
export const virtioTypeOf = (base: string, device: Element, domain: DomainSurroundings): string => {
  switch (addressTypeOf(device) ?? (domain.architecture === 's390x' ? 'ccw' : 'pci')) {
    case 'ccw':
      return `${base}-ccw`;
    case 'virtio-mmio':
      return `${base}-device`;
    case 'virtio-s390':
      return `${base}-s390`;
    default:
      return `${base}-pci${/^virtio((?:-non)?-transitional)$/.exec(modelOf(device) ?? '')?.[1] ?? ''}`;
  }
};

/** True for `virtio`, `virtio-transitional`, `virtio-non-transitional`. */
export const isVirtioModel = (model: string | null): boolean =>
  model === 'virtio' || model === 'virtio-transitional' || model === 'virtio-non-transitional';
