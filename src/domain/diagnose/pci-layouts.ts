import type { PciStructure } from './pci-registers.js';

/** Where a device has its capabilities. */
export type PciLayout = readonly PlacedStructure[];
export interface PlacedStructure {
  readonly at: number;
  readonly structure: PciStructure;
  /** QEMU gives the place in so many words, in every release; else it follows from what else the device has. */
  readonly isFixed: boolean;
}

type Places = readonly (readonly [at: number, structure: PciStructure])[];
const placed = (isFixed: boolean, places: Places): PciLayout =>
  places.map(([at, structure]) => ({ at, structure, isFixed }));
const fixed = (...places: Places): PciLayout => placed(true, places);
const dealt = (...places: Places): PciLayout => placed(false, places);

const XIO3130 = fixed([0x70, 'MSI'], [0x80, 'subsystem id'], [0x90, 'PCI Express'], [0x100, 'AER']);

/**
 * By the name of the state. Fixed places: QEMU hw/pci-bridge/{ioh3420,xio3130_*,gen_pcie_root_port}.c,
 * hw/net/{e1000e,igb}.c. Others: as 10.0.13 and 11.1.3 deal them out, seen in refusals of either.
 */
const LAYOUTS: Readonly<Record<string, PciLayout>> = {
  'pcie-root-port': [
    ...dealt([0x40, 'subsystem id'], [0x48, 'MSI-X'], [0x54, 'PCI Express']),
    ...fixed([0x100, 'AER'], [0x148, 'ACS']),
  ],
  'ioh-3240-express-root-port': fixed(
    [0x40, 'subsystem id'],
    [0x60, 'MSI'],
    [0x90, 'PCI Express'],
    [0x100, 'AER'],
  ),
  'xio3130-express-upstream-port': XIO3130,
  'xio3130-express-downstream-port': XIO3130,
  'pcie-pci-bridge': fixed([0x100, 'AER']),
  'cxl-rp': fixed([0x60, 'MSI'], [0x100, 'AER'], [0x148, 'ACS']),
  e1000e: fixed(
    [0xa0, 'MSI-X'],
    [0xc8, 'power management'],
    [0xd0, 'MSI'],
    [0xe0, 'PCI Express'],
    [0x100, 'AER'],
    [0x140, 'serial number'],
  ),
  igb: fixed(
    [0x40, 'power management'],
    [0x50, 'MSI'],
    [0x70, 'MSI-X'],
    [0xa0, 'PCI Express'],
    [0x100, 'AER'],
    [0x150, 'ARI'],
    [0x160, 'SR-IOV'],
  ),
  'cxl-type3': fixed([0x200, 'AER']),
  nvme: dealt([0x40, 'MSI-X']),
};

/** A virtio device behind a PCI Express port. */
const VIRTIO_EXPRESS = dealt(
  [0x40, 'PCI Express'],
  [0x7c, 'power management'],
  [0x84, 'virtio vendor'],
  [0x94, 'virtio vendor'],
  [0xa4, 'virtio vendor'],
  [0xb4, 'virtio vendor'],
  [0xc8, 'virtio vendor'],
  [0xdc, 'MSI-X'],
  [0x100, 'AER'],
);
/** On a root bus, or behind a conventional bridge. */
const VIRTIO_CONVENTIONAL = dealt(
  [0x40, 'virtio vendor'],
  [0x50, 'virtio vendor'],
  [0x60, 'virtio vendor'],
  [0x70, 'virtio vendor'],
  [0x84, 'virtio vendor'],
  [0x98, 'MSI-X'],
);
/** QEMU puts AER first among the extended capabilities wherever it has it, but on cxl-type3. */
const ANY = dealt([0x100, 'AER']);

export const layoutOf = (stateName: string | null, isBehindPort: boolean): PciLayout => {
  if (stateName === null) return ANY;
  const known = Object.hasOwn(LAYOUTS, stateName) ? LAYOUTS[stateName] : undefined;
  if (known !== undefined) return known;
  if (!/^(?:virtio|vhost)-/.test(stateName)) return ANY;
  return isBehindPort ? VIRTIO_EXPRESS : VIRTIO_CONVENTIONAL;
};
