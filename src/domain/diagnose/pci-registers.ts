/** A register within a structure of PCI config space, with names as in linux/pci_regs.h. */
export interface PciRegister {
  /** From the start of the structure. */
  readonly at: number;
  readonly bytes: number;
  readonly name: string;
  /** First bit, last bit, name. */
  readonly bits: readonly (readonly [from: number, to: number, name: string])[];
}

const register = (at: number, bytes: number, name: string, ...bits: PciRegister['bits']): PciRegister => ({
  at,
  bytes,
  name,
  bits,
});

/** The same in every header. @see PCI Local Bus 3.0, 6.1 */
export const HEADER: readonly PciRegister[] = [
  register(0x00, 2, 'PCI_VENDOR_ID'),
  register(0x02, 2, 'PCI_DEVICE_ID'),
  register(
    0x04,
    2,
    'PCI_COMMAND',
    [0, 0, 'IO'],
    [1, 1, 'MEMORY'],
    [2, 2, 'MASTER'],
    [10, 10, 'INTX_DISABLE'],
  ),
  register(0x06, 2, 'PCI_STATUS', [3, 3, 'INTERRUPT'], [4, 4, 'CAP_LIST']),
  register(0x08, 1, 'PCI_REVISION_ID'),
  register(0x09, 1, 'PCI_CLASS_PROG'),
  register(0x0a, 2, 'PCI_CLASS_DEVICE'),
  register(0x0c, 1, 'PCI_CACHE_LINE_SIZE'),
  register(0x0d, 1, 'PCI_LATENCY_TIMER'),
  register(0x0e, 1, 'PCI_HEADER_TYPE', [7, 7, 'MULTI_FUNCTION']),
  register(0x0f, 1, 'PCI_BIST'),
  register(0x10, 4, 'PCI_BASE_ADDRESS_0'),
  register(0x14, 4, 'PCI_BASE_ADDRESS_1'),
  register(0x34, 1, 'PCI_CAPABILITY_LIST'),
  register(0x3c, 1, 'PCI_INTERRUPT_LINE'),
  register(0x3d, 1, 'PCI_INTERRUPT_PIN'),
];

/** Of devices. */
export const HEADER_0: readonly PciRegister[] = [
  ...HEADER,
  register(0x18, 4, 'PCI_BASE_ADDRESS_2'),
  register(0x1c, 4, 'PCI_BASE_ADDRESS_3'),
  register(0x20, 4, 'PCI_BASE_ADDRESS_4'),
  register(0x24, 4, 'PCI_BASE_ADDRESS_5'),
  register(0x28, 4, 'PCI_CARDBUS_CIS'),
  register(0x2c, 2, 'PCI_SUBSYSTEM_VENDOR_ID'),
  register(0x2e, 2, 'PCI_SUBSYSTEM_ID'),
  register(0x30, 4, 'PCI_ROM_ADDRESS'),
  register(0x3e, 1, 'PCI_MIN_GNT'),
  register(0x3f, 1, 'PCI_MAX_LAT'),
];

/** Of bridges and ports. */
export const HEADER_1: readonly PciRegister[] = [
  ...HEADER,
  register(0x18, 1, 'PCI_PRIMARY_BUS'),
  register(0x19, 1, 'PCI_SECONDARY_BUS'),
  register(0x1a, 1, 'PCI_SUBORDINATE_BUS'),
  register(0x1b, 1, 'PCI_SEC_LATENCY_TIMER'),
  register(0x1c, 1, 'PCI_IO_BASE'),
  register(0x1d, 1, 'PCI_IO_LIMIT'),
  register(0x1e, 2, 'PCI_SEC_STATUS'),
  register(0x20, 2, 'PCI_MEMORY_BASE'),
  register(0x22, 2, 'PCI_MEMORY_LIMIT'),
  register(0x24, 2, 'PCI_PREF_MEMORY_BASE'),
  register(0x26, 2, 'PCI_PREF_MEMORY_LIMIT'),
  register(0x28, 4, 'PCI_PREF_BASE_UPPER32'),
  register(0x2c, 4, 'PCI_PREF_LIMIT_UPPER32'),
  register(0x30, 2, 'PCI_IO_BASE_UPPER16'),
  register(0x32, 2, 'PCI_IO_LIMIT_UPPER16'),
  register(0x38, 4, 'PCI_ROM_ADDRESS1'),
  register(0x3e, 2, 'PCI_BRIDGE_CONTROL'),
];

const CAPABILITY: readonly PciRegister[] = [
  register(0, 1, 'PCI_CAP_LIST_ID'),
  register(1, 1, 'PCI_CAP_LIST_NEXT'),
];
const EXTENDED: readonly PciRegister[] = [
  register(0, 4, 'PCI_EXT_CAP_HEADER', [0, 15, 'ID'], [16, 19, 'VERSION'], [20, 31, 'NEXT']),
];

const EXPRESS: readonly PciRegister[] = [
  ...CAPABILITY,
  register(0x02, 2, 'PCI_EXP_FLAGS', [0, 3, 'VERS'], [4, 7, 'TYPE'], [8, 8, 'SLOT'], [9, 13, 'IRQ']),
  register(
    0x04,
    4,
    'PCI_EXP_DEVCAP',
    [0, 2, 'PAYLOAD'],
    [5, 5, 'EXT_TAG'],
    [15, 15, 'RBER'],
    [28, 28, 'FLR'],
  ),
  register(
    0x08,
    2,
    'PCI_EXP_DEVCTL',
    [0, 0, 'CERE'],
    [1, 1, 'NFERE'],
    [2, 2, 'FERE'],
    [3, 3, 'URRE'],
    [5, 7, 'PAYLOAD'],
    [8, 8, 'EXT_TAG'],
    [12, 14, 'READRQ'],
    [15, 15, 'BCR_FLR'],
  ),
  register(0x0a, 2, 'PCI_EXP_DEVSTA', [0, 0, 'CED'], [1, 1, 'NFED'], [2, 2, 'FED'], [3, 3, 'URD']),
  register(
    0x0c,
    4,
    'PCI_EXP_LNKCAP',
    [0, 3, 'SLS'],
    [4, 9, 'MLW'],
    [10, 11, 'ASPMS'],
    [20, 20, 'DLLLARC'],
    [21, 21, 'LBNC'],
    [24, 31, 'PN'],
  ),
  register(0x10, 2, 'PCI_EXP_LNKCTL', [0, 1, 'ASPMC'], [6, 6, 'CCC']),
  register(0x12, 2, 'PCI_EXP_LNKSTA', [0, 3, 'CLS'], [4, 9, 'NLW'], [13, 13, 'DLLLA']),
  register(
    0x14,
    4,
    'PCI_EXP_SLTCAP',
    [0, 0, 'ABP'],
    [1, 1, 'PCP'],
    [3, 3, 'AIP'],
    [4, 4, 'PIP'],
    [5, 5, 'HPS'],
    [6, 6, 'HPC'],
    [17, 17, 'EIP'],
    [18, 18, 'NCCS'],
    [19, 31, 'PSN'],
  ),
  register(0x18, 2, 'PCI_EXP_SLTCTL', [6, 7, 'AIC'], [8, 9, 'PIC'], [10, 10, 'PCC']),
  register(
    0x1a,
    2,
    'PCI_EXP_SLTSTA',
    [0, 0, 'ABP'],
    [3, 3, 'PDC'],
    [4, 4, 'CC'],
    [6, 6, 'PDS'],
    [7, 7, 'EIS'],
    [8, 8, 'DLLSC'],
  ),
  register(0x1c, 2, 'PCI_EXP_RTCTL'),
  register(0x1e, 2, 'PCI_EXP_RTCAP'),
  register(0x20, 4, 'PCI_EXP_RTSTA', [16, 16, 'PME']),
  register(0x24, 4, 'PCI_EXP_DEVCAP2', [5, 5, 'ARI'], [21, 21, 'EE_PREFIX']),
  register(0x28, 2, 'PCI_EXP_DEVCTL2', [5, 5, 'ARI']),
  register(0x2a, 2, 'PCI_EXP_DEVSTA2'),
  register(0x2c, 4, 'PCI_EXP_LNKCAP2', [1, 7, 'SLS']),
  register(0x30, 2, 'PCI_EXP_LNKCTL2', [0, 3, 'TLS']),
  register(0x32, 2, 'PCI_EXP_LNKSTA2'),
];

const AER_ERRORS: PciRegister['bits'] = [
  [4, 4, 'PCI_ERR_UNC_DLP'],
  [5, 5, 'PCI_ERR_UNC_SURPDN'],
  [12, 12, 'PCI_ERR_UNC_POISON_TLP'],
  [13, 13, 'PCI_ERR_UNC_FCP'],
  [14, 14, 'PCI_ERR_UNC_COMP_TIME'],
  [15, 15, 'PCI_ERR_UNC_COMP_ABORT'],
  [16, 16, 'PCI_ERR_UNC_UNX_COMP'],
  [17, 17, 'PCI_ERR_UNC_RX_OVER'],
  [18, 18, 'PCI_ERR_UNC_MALF_TLP'],
  [19, 19, 'PCI_ERR_UNC_ECRC'],
  [20, 20, 'PCI_ERR_UNC_UNSUP'],
  [21, 21, 'PCI_ERR_UNC_ACSV'],
  [22, 22, 'PCI_ERR_UNC_INTN'],
  [23, 23, 'PCI_ERR_UNC_MCBTLP'],
  [24, 24, 'PCI_ERR_UNC_ATOMEG'],
  [25, 25, 'PCI_ERR_UNC_TLPPRE'],
];

const STRUCTURES = {
  'power management': [
    ...CAPABILITY,
    register(2, 2, 'PCI_PM_PMC'),
    register(4, 2, 'PCI_PM_CTRL', [0, 1, 'STATE'], [3, 3, 'NO_SOFT_RESET']),
    register(6, 2, 'PCI_PM_PPB_EXTENSIONS'),
  ],
  MSI: [...CAPABILITY, register(2, 2, 'PCI_MSI_FLAGS'), register(4, 4, 'PCI_MSI_ADDRESS_LO')],
  'MSI-X': [
    ...CAPABILITY,
    register(2, 2, 'PCI_MSIX_FLAGS', [0, 10, 'QSIZE'], [14, 14, 'MASKALL'], [15, 15, 'ENABLE']),
    register(4, 4, 'PCI_MSIX_TABLE', [0, 2, 'BIR']),
    register(8, 4, 'PCI_MSIX_PBA', [0, 2, 'BIR']),
  ],
  'subsystem id': [
    ...CAPABILITY,
    register(4, 2, 'PCI_SSVID_VENDOR_ID'),
    register(6, 2, 'PCI_SSVID_DEVICE_ID'),
  ],
  'PCI Express': EXPRESS,
  'virtio vendor': [
    ...CAPABILITY,
    register(2, 1, 'VIRTIO_PCI_CAP_LEN'),
    register(3, 1, 'VIRTIO_PCI_CAP_CFG_TYPE'),
    register(4, 1, 'VIRTIO_PCI_CAP_BAR'),
    register(8, 4, 'VIRTIO_PCI_CAP_OFFSET'),
    register(12, 4, 'VIRTIO_PCI_CAP_LENGTH'),
    register(16, 4, 'VIRTIO_PCI_NOTIFY_CAP_MULT'),
  ],
  AER: [
    ...EXTENDED,
    register(0x04, 4, 'PCI_ERR_UNCOR_STATUS', ...AER_ERRORS),
    register(0x08, 4, 'PCI_ERR_UNCOR_MASK', ...AER_ERRORS),
    register(0x0c, 4, 'PCI_ERR_UNCOR_SEVER', ...AER_ERRORS),
    register(0x10, 4, 'PCI_ERR_COR_STATUS'),
    register(0x14, 4, 'PCI_ERR_COR_MASK'),
    register(0x18, 4, 'PCI_ERR_CAP'),
    register(0x1c, 16, 'PCI_ERR_HEADER_LOG'),
    register(0x2c, 4, 'PCI_ERR_ROOT_COMMAND'),
    register(0x30, 4, 'PCI_ERR_ROOT_STATUS'),
    register(0x34, 4, 'PCI_ERR_ROOT_ERR_SRC'),
  ],
  ACS: [...EXTENDED, register(4, 2, 'PCI_ACS_CAP'), register(6, 2, 'PCI_ACS_CTRL')],
  ATS: [
    ...EXTENDED,
    register(4, 2, 'PCI_ATS_CAP', [0, 4, 'QDEP'], [5, 5, 'PAGE_ALIGNED']),
    register(6, 2, 'PCI_ATS_CTRL'),
  ],
  ARI: [...EXTENDED, register(4, 2, 'PCI_ARI_CAP', [8, 15, 'NFN']), register(6, 2, 'PCI_ARI_CTRL')],
  'serial number': [...EXTENDED, register(4, 8, 'PCI_DSN')],
  'SR-IOV': [...EXTENDED, register(4, 4, 'PCI_SRIOV_CAP'), register(8, 2, 'PCI_SRIOV_CTRL')],
} as const satisfies Record<string, readonly PciRegister[]>;

export type PciStructure = keyof typeof STRUCTURES;

export const registersOf = (structure: PciStructure): readonly PciRegister[] => STRUCTURES[structure];
