import type { FeatureTableName } from './virtio-features.js';

/** What is behind the name under which a device saves its state. */
export interface StateName {
  /** Those of a PCI machine; the first stands for all where one must be named. */
  readonly qomTypes: readonly string[];
  /** PCI header type: 1 for bridges and ports. */
  readonly header: 0 | 1;
  /** The virtio device within the PCI one, as `-global` may name it, and its table of features. */
  readonly virtio: { readonly inner: string; readonly features: FeatureTableName } | null;
}

const bridge = (...qomTypes: readonly string[]): StateName => ({ qomTypes, header: 1, virtio: null });
const plain = (...qomTypes: readonly string[]): StateName => ({ qomTypes, header: 0, virtio: null });
const virtio = (features: FeatureTableName, inner: string, ...bases: readonly string[]): StateName => ({
  qomTypes: bases.flatMap((base) => [base, `${base}-transitional`, `${base}-non-transitional`]),
  header: 0,
  virtio: { inner, features },
});

/** Only names that are not the QOM type itself, and those of which more is known. */
const NAMES: ReadonlyMap<string, StateName> = new Map(
  Object.entries({
    'pcie-root-port': bridge('pcie-root-port'),
    'ioh-3240-express-root-port': bridge('ioh3420'),
    'xio3130-express-upstream-port': bridge('x3130-upstream'),
    'xio3130-express-downstream-port': bridge('xio3130-downstream'),
    'pcie-pci-bridge': bridge('pcie-pci-bridge'),
    pci_bridge: bridge('pci-bridge', 'pci-bridge-seat'),
    i82801b11_bridge: bridge('i82801b11-bridge'),
    'cxl-rp': bridge('cxl-rp'),
    'virtio-net': virtio('net', 'virtio-net-device', 'virtio-net-pci'),
    'virtio-blk': virtio('blk', 'virtio-blk-device', 'virtio-blk-pci'),
    'vhost-user-blk': virtio('blk', 'vhost-user-blk', 'vhost-user-blk-pci'),
    'virtio-scsi': virtio('scsi', 'virtio-scsi-device', 'virtio-scsi-pci'),
    'vhost-scsi': virtio('scsi', 'vhost-scsi', 'vhost-scsi-pci'),
    'virtio-gpu': {
      ...virtio('gpu', 'virtio-gpu-device'),
      qomTypes: ['virtio-gpu-pci', 'virtio-vga', 'virtio-gpu-gl-pci', 'virtio-vga-gl'],
    },
    'virtio-balloon': virtio('balloon', 'virtio-balloon-device', 'virtio-balloon-pci'),
    'virtio-rng': virtio('rng', 'virtio-rng-device', 'virtio-rng-pci'),
    'virtio-console': virtio('console', 'virtio-serial-device', 'virtio-serial-pci'),
    'virtio-vhost_vsock': virtio('vsock', 'vhost-vsock-device', 'vhost-vsock-pci'),
    'vhost-user-vsock': virtio('vsock', 'vhost-user-vsock-device', 'vhost-user-vsock-pci'),
    'vhost-user-fs': virtio('fs', 'vhost-user-fs-device', 'vhost-user-fs-pci'),
    'virtio-mem': { ...virtio('mem', 'virtio-mem'), qomTypes: ['virtio-mem-pci'] },
    'virtio-mem-device-early': { ...virtio('mem', 'virtio-mem'), qomTypes: ['virtio-mem-pci'] },
    'virtio-crypto': { ...virtio('crypto', 'virtio-crypto-device'), qomTypes: ['virtio-crypto-pci'] },
    'virtio-iommu': { ...virtio('iommu', 'virtio-iommu-device'), qomTypes: ['virtio-iommu-pci'] },
    'virtio-input': {
      ...virtio('input', 'virtio-input-device'),
      qomTypes: ['virtio-keyboard-pci', 'virtio-tablet-pci', 'virtio-mouse-pci', 'virtio-input-host-pci'],
    },
    'virtio-pmem': { ...virtio('pmem', 'virtio-pmem'), qomTypes: ['virtio-pmem-pci'] },
    'virtio-9p': virtio('9p', 'virtio-9p-device', 'virtio-9p-pci'),
    'virtio-sound': { ...virtio('sound', 'virtio-sound-device'), qomTypes: ['virtio-sound-pci'] },
    piix4_pm: plain('PIIX4_PM'),
    vga: plain('VGA', 'isa-vga', 'secondary-vga'),
    cirrus_vga: plain('cirrus-vga', 'isa-cirrus-vga'),
    vmware_vga: plain('vmware-svga'),
    vmware_vga_internal: plain('vmware-svga'),
    ahci: plain('ich9-ahci'),
    xhci: plain('qemu-xhci', 'nec-usb-xhci'),
    'pvscsi/pcie': plain('pvscsi'),
  }),
);

/** Names that are the QOM type itself (`e1000e`, `igb`, `nvme`) come out as such. */
export const stateNamed = (name: string): StateName => NAMES.get(name) ?? plain(name);

export const isStateKnown = (name: string): boolean => NAMES.has(name);

/** Whether a device of this type can have saved its state under this name. */
export const savesAs = (qomType: string, name: string): boolean =>
  stateNamed(name).qomTypes.includes(qomType);
