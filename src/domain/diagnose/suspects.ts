import { matchesQomType } from '../catalogue/selects.js';
import type { FindingKind, NamedDevice, RegisterDifference, Suspect } from './diagnosis.js';

/** What is known of a finding when properties are looked for that explain it. */
export interface Sign {
  readonly kind: FindingKind;
  readonly device: NamedDevice | null;
  readonly register: RegisterDifference | null;
  /** State and field of the layer that failed, `PCIDevice:version_id`; null when not said. */
  readonly element: string | null;
}

/** A property that shows so when the two ends have it differently. */
interface KnownSign {
  readonly kind: FindingKind;
  /** Names of states, with `*`; left out: any. */
  readonly states?: readonly string[];
  readonly register?: string;
  /** The field of the register that differs. */
  readonly field?: string;
  /** The two bytes, in either order, where the register alone would not tell the property. */
  readonly bytes?: readonly (readonly [number, number])[];
  /** Name of the RAM block. */
  readonly block?: string;
  readonly element?: string;
  /** As `-global` names it; `*`: the device's own type. */
  readonly driver: string;
  readonly property: string;
  /** Byte → text of the property. */
  readonly texts?: Readonly<Record<number, string>>;
  readonly grounds?: string;
}

const GROUNDS = 'measured: the same build on both ends, this one property different';
const VIRTIO = ['virtio-*', 'vhost-*'];
const VGA = ['VGA', 'cirrus-vga', 'vmware-svga'];

/** Read off what destinations say when the two ends of a hop differ in one property; 10.0.13 and 11.1.3. */
const CONFIG_SPACE: readonly Omit<KnownSign, 'kind'>[] = [
  {
    register: 'PCI_EXP_DEVCAP',
    field: 'PCI_EXP_DEVCAP_EXT_TAG',
    driver: 'pci-device',
    property: 'x-pcie-ext-tag',
    texts: { 0x20: 'on', 0: 'off' },
  },
  {
    states: VIRTIO,
    register: 'PCI_EXP_DEVCAP',
    field: 'PCI_EXP_DEVCAP_FLR',
    driver: 'virtio-pci',
    property: 'x-pcie-flr-init',
    texts: { 0x10: 'on', 0: 'off' },
  },
  {
    states: ['igb'],
    register: 'PCI_EXP_DEVCAP',
    field: 'PCI_EXP_DEVCAP_FLR',
    driver: 'igb',
    property: 'x-pcie-flr-init',
    texts: { 0x10: 'on', 0: 'off' },
  },
  {
    states: ['pcie-root-port'],
    register: 'PCI_EXP_LNKCAP',
    field: 'PCI_EXP_LNKCAP_SLS',
    driver: 'pcie-root-port',
    property: 'x-speed',
  },
  {
    states: ['pcie-root-port'],
    register: 'PCI_EXP_LNKCAP',
    field: 'PCI_EXP_LNKCAP_MLW',
    driver: 'pcie-root-port',
    property: 'x-width',
  },
  {
    states: ['pcie-root-port'],
    register: 'PCI_EXT_CAP_HEADER',
    field: 'PCI_EXT_CAP_HEADER_NEXT',
    driver: 'pcie-root-port-base',
    property: 'disable-acs',
    texts: { 0x82: 'off', 0x02: 'on' },
  },
  // The list begins at the capability that was added last: MSI-X, where there are vectors.
  {
    states: VIRTIO,
    register: 'PCI_CAPABILITY_LIST',
    bytes: [
      [0xdc, 0xc8],
      [0x98, 0x84],
    ],
    driver: '*',
    property: 'vectors',
    texts: { 0xc8: '0', 0x84: '0' },
  },
  {
    states: VIRTIO,
    register: 'PCI_CAPABILITY_LIST',
    bytes: [
      [0xdc, 0x98],
      [0xc8, 0x84],
    ],
    driver: 'virtio-pci',
    property: 'x-disable-pcie',
    texts: { 0xdc: 'off', 0xc8: 'off', 0x98: 'on', 0x84: 'on' },
  },
  { states: VIRTIO, register: 'PCI_MSIX_FLAGS', driver: '*', property: 'vectors' },
  {
    states: VIRTIO,
    register: 'VIRTIO_PCI_CAP_LENGTH',
    driver: 'virtio-pci',
    property: 'page-per-vq',
    texts: { 0x10: 'off', 0: 'on' },
  },
  // The BAR behind it grows with it; firmware or a guest has placed it by then.
  { states: VIRTIO, register: 'PCI_BASE_ADDRESS_4', driver: 'virtio-pci', property: 'page-per-vq' },
  {
    states: VIRTIO,
    register: 'PCI_ATS_CAP',
    field: 'PCI_ATS_CAP_PAGE_ALIGNED',
    driver: 'virtio-pci',
    property: 'x-ats-page-aligned',
    texts: { 0x20: 'on', 0: 'off' },
    grounds: 'by the commit that pinned the property',
  },
  {
    states: ['virtio-balloon'],
    register: 'PCI_BASE_ADDRESS_0',
    driver: 'virtio-balloon-device',
    property: 'qemu-4-0-config-size',
    grounds: 'by the commit that added the property',
  },
  {
    states: ['nvme'],
    register: 'PCI_MSIX_TABLE',
    driver: 'nvme',
    property: 'msix-exclusive-bar',
    texts: { 4: 'on', 0: 'off' },
  },
  {
    states: ['pci_bridge'],
    register: 'PCI_BASE_ADDRESS_0',
    driver: 'pci-bridge',
    property: 'shpc',
    texts: { 4: 'on', 0: 'off' },
  },
  {
    states: ['pci_bridge'],
    register: 'PCI_CAPABILITY_LIST',
    bytes: [[0x4c, 0x40]],
    driver: 'pci-bridge',
    property: 'shpc',
    texts: { 0x4c: 'on', 0x40: 'off' },
  },
  {
    states: ['pvscsi'],
    register: 'PCI_REVISION_ID',
    driver: 'pvscsi',
    property: 'x-old-pci-configuration',
    texts: { 0: 'on', 2: 'off' },
  },
  {
    states: ['vmxnet3'],
    register: 'PCI_CAPABILITY_LIST',
    bytes: [[0x48, 0x9c]],
    driver: 'vmxnet3',
    property: 'x-disable-pcie',
    texts: { 0x48: 'off', 0x9c: 'on' },
  },
  {
    states: ['vmxnet3'],
    register: 'PCI_CAPABILITY_LIST',
    bytes: [[0x48, 0x40]],
    driver: 'vmxnet3',
    property: 'x-old-msi-offsets',
    texts: { 0x48: 'off', 0x40: 'on' },
  },
];

/** Less or more state than the other end knows of: the section ends elsewhere. */
const FOOTERS: readonly Omit<KnownSign, 'kind'>[] = [
  { states: ['piix4_pm'], driver: 'PIIX4_PM', property: 'x-not-migrate-acpi-index' },
  { states: ['e1000e'], driver: 'e1000e', property: 'migrate-timadj' },
  { states: ['pcie-root-port'], driver: 'pcie-root-port', property: 'x-migrate-msix' },
  { states: ['virtio-gpu'], driver: 'virtio-gpu-device', property: 'x-scanout-vmstate-version' },
  { states: ['pvscsi'], driver: 'pvscsi', property: 'x-disable-pcie' },
  { states: ['virtio-mem'], driver: 'virtio-mem', property: 'x-early-migration' },
];

const SIGNS: readonly KnownSign[] = [
  ...CONFIG_SPACE.map((sign) => ({ ...sign, kind: 'config-space' as const })),
  ...FOOTERS.map((sign) => ({ ...sign, kind: 'section-footer' as const })),
  {
    kind: 'section-unknown',
    states: ['virtio-mem-device-early'],
    driver: 'virtio-mem',
    property: 'x-early-migration',
  },
  {
    kind: 'state-layout',
    states: ['pvscsi'],
    element: 'PCIDevice:version_id',
    driver: 'pvscsi',
    property: 'x-disable-pcie',
  },
  ...VGA.flatMap((driver): readonly KnownSign[] => [
    { kind: 'ram-block-unknown', block: 'vga.vram', driver, property: 'global-vmstate' },
    { kind: 'ram-size', block: 'vga.vram', driver, property: 'vgamem_mb' },
  ]),
];

/** Properties that are known to show in this way when the two ends have them differently. */
export const suspectsOf = (sign: Sign): readonly Suspect[] =>
  SIGNS.filter((known) => shows(known, sign)).map(({ driver, property, texts = {}, grounds = GROUNDS }) => ({
    driver: driver === '*' ? ownDriver(sign.device) : driver,
    property,
    incoming: sign.register === null ? null : (texts[sign.register.incoming] ?? null),
    here: sign.register === null ? null : (texts[sign.register.here] ?? null),
    grounds,
  }));

const ownDriver = (device: NamedDevice | null): string => device?.qomTypes[0] ?? 'virtio-pci';

const shows = (known: KnownSign, { kind, device, register, element }: Sign): boolean => {
  if (known.kind !== kind) return false;
  const state = device?.stateName ?? null;
  if (known.states !== undefined) {
    if (state === null || !known.states.some((pattern) => matchesQomType(pattern, state))) return false;
  }
  if (known.block !== undefined && device?.section.split('/').at(-1) !== known.block) return false;
  if (known.element !== undefined && known.element !== element) return false;
  return known.register === undefined || (register !== null && inRegister(known, register));
};

const inRegister = ({ register, field, bytes }: KnownSign, found: RegisterDifference): boolean => {
  if (found.name !== register) return false;
  if (field !== undefined && !found.bits.some(({ name }) => name === field)) return false;
  const { incoming, here } = found;
  const isPair = ([a, b]: readonly [number, number]): boolean =>
    (incoming === a && here === b) || (incoming === b && here === a);
  return bytes === undefined || bytes.some(isPair);
};
