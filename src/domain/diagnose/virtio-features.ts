/** Feature bits of virtio devices: bit → name and, where there is one, the property with which QEMU offers it. */
export type FeatureTable = Readonly<Record<number, readonly [name: string, property?: string]>>;

/**
 * Bits 24 to 41: of the transport and the queues, the same for every type of device.
 * @see virtio 1.3, "Reserved Feature Bits"; linux/virtio_config.h, linux/virtio_ring.h; QEMU hw/virtio
 */
export const TRANSPORT_FEATURES: FeatureTable = {
  24: ['VIRTIO_F_NOTIFY_ON_EMPTY', 'notify_on_empty'],
  26: ['VHOST_F_LOG_ALL'],
  27: ['VIRTIO_F_ANY_LAYOUT', 'any_layout'],
  28: ['VIRTIO_RING_F_INDIRECT_DESC', 'indirect_desc'],
  29: ['VIRTIO_RING_F_EVENT_IDX', 'event_idx'],
  30: ['VHOST_USER_F_PROTOCOL_FEATURES'],
  32: ['VIRTIO_F_VERSION_1'],
  33: ['VIRTIO_F_ACCESS_PLATFORM', 'iommu_platform'],
  34: ['VIRTIO_F_RING_PACKED', 'packed'],
  35: ['VIRTIO_F_IN_ORDER', 'in_order'],
  36: ['VIRTIO_F_ORDER_PLATFORM'],
  37: ['VIRTIO_F_SR_IOV'],
  38: ['VIRTIO_F_NOTIFICATION_DATA'],
  39: ['VIRTIO_F_NOTIF_CONFIG_DATA'],
  40: ['VIRTIO_F_RING_RESET', 'queue_reset'],
  41: ['VIRTIO_F_ADMIN_VQ'],
};

const NET: FeatureTable = {
  0: ['VIRTIO_NET_F_CSUM', 'csum'],
  1: ['VIRTIO_NET_F_GUEST_CSUM', 'guest_csum'],
  2: ['VIRTIO_NET_F_CTRL_GUEST_OFFLOADS', 'ctrl_guest_offloads'],
  3: ['VIRTIO_NET_F_MTU', 'host_mtu'],
  5: ['VIRTIO_NET_F_MAC', 'mac'],
  6: ['VIRTIO_NET_F_GSO', 'gso'],
  7: ['VIRTIO_NET_F_GUEST_TSO4', 'guest_tso4'],
  8: ['VIRTIO_NET_F_GUEST_TSO6', 'guest_tso6'],
  9: ['VIRTIO_NET_F_GUEST_ECN', 'guest_ecn'],
  10: ['VIRTIO_NET_F_GUEST_UFO', 'guest_ufo'],
  11: ['VIRTIO_NET_F_HOST_TSO4', 'host_tso4'],
  12: ['VIRTIO_NET_F_HOST_TSO6', 'host_tso6'],
  13: ['VIRTIO_NET_F_HOST_ECN', 'host_ecn'],
  14: ['VIRTIO_NET_F_HOST_UFO', 'host_ufo'],
  15: ['VIRTIO_NET_F_MRG_RXBUF', 'mrg_rxbuf'],
  16: ['VIRTIO_NET_F_STATUS', 'status'],
  17: ['VIRTIO_NET_F_CTRL_VQ', 'ctrl_vq'],
  18: ['VIRTIO_NET_F_CTRL_RX', 'ctrl_rx'],
  19: ['VIRTIO_NET_F_CTRL_VLAN', 'ctrl_vlan'],
  20: ['VIRTIO_NET_F_CTRL_RX_EXTRA', 'ctrl_rx_extra'],
  21: ['VIRTIO_NET_F_GUEST_ANNOUNCE', 'guest_announce'],
  22: ['VIRTIO_NET_F_MQ', 'mq'],
  23: ['VIRTIO_NET_F_CTRL_MAC_ADDR', 'ctrl_mac_addr'],
  50: ['VIRTIO_NET_F_DEVICE_STATS'],
  51: ['VIRTIO_NET_F_HASH_TUNNEL'],
  52: ['VIRTIO_NET_F_VQ_NOTF_COAL'],
  53: ['VIRTIO_NET_F_NOTF_COAL'],
  54: ['VIRTIO_NET_F_GUEST_USO4', 'guest_uso4'],
  55: ['VIRTIO_NET_F_GUEST_USO6', 'guest_uso6'],
  56: ['VIRTIO_NET_F_HOST_USO', 'host_uso'],
  57: ['VIRTIO_NET_F_HASH_REPORT', 'hash'],
  59: ['VIRTIO_NET_F_GUEST_HDRLEN'],
  60: ['VIRTIO_NET_F_RSS', 'rss'],
  61: ['VIRTIO_NET_F_RSC_EXT', 'guest_rsc_ext'],
  62: ['VIRTIO_NET_F_STANDBY', 'failover'],
  63: ['VIRTIO_NET_F_SPEED_DUPLEX', 'speed'],
  65: ['VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO', 'guest_tunnel'],
  66: ['VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM', 'guest_tunnel_csum'],
  67: ['VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO', 'host_tunnel'],
  68: ['VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO_CSUM', 'host_tunnel_csum'],
};

const BLK: FeatureTable = {
  0: ['VIRTIO_BLK_F_BARRIER'],
  1: ['VIRTIO_BLK_F_SIZE_MAX'],
  2: ['VIRTIO_BLK_F_SEG_MAX'],
  4: ['VIRTIO_BLK_F_GEOMETRY'],
  5: ['VIRTIO_BLK_F_RO'],
  6: ['VIRTIO_BLK_F_BLK_SIZE'],
  7: ['VIRTIO_BLK_F_SCSI', 'scsi'],
  9: ['VIRTIO_BLK_F_FLUSH'],
  10: ['VIRTIO_BLK_F_TOPOLOGY'],
  11: ['VIRTIO_BLK_F_CONFIG_WCE', 'config-wce'],
  12: ['VIRTIO_BLK_F_MQ', 'num-queues'],
  13: ['VIRTIO_BLK_F_DISCARD', 'discard'],
  14: ['VIRTIO_BLK_F_WRITE_ZEROES', 'write-zeroes'],
  15: ['VIRTIO_BLK_F_LIFETIME'],
  16: ['VIRTIO_BLK_F_SECURE_ERASE'],
  17: ['VIRTIO_BLK_F_ZONED'],
};

const TABLES = {
  net: NET,
  blk: BLK,
  scsi: {
    0: ['VIRTIO_SCSI_F_INOUT'],
    1: ['VIRTIO_SCSI_F_HOTPLUG', 'hotplug'],
    2: ['VIRTIO_SCSI_F_CHANGE', 'param_change'],
    3: ['VIRTIO_SCSI_F_T10_PI', 't10_pi'],
  },
  gpu: {
    0: ['VIRTIO_GPU_F_VIRGL'],
    1: ['VIRTIO_GPU_F_EDID', 'edid'],
    2: ['VIRTIO_GPU_F_RESOURCE_UUID'],
    3: ['VIRTIO_GPU_F_RESOURCE_BLOB', 'blob'],
    4: ['VIRTIO_GPU_F_CONTEXT_INIT'],
  },
  balloon: {
    0: ['VIRTIO_BALLOON_F_MUST_TELL_HOST'],
    1: ['VIRTIO_BALLOON_F_STATS_VQ', 'guest-stats'],
    2: ['VIRTIO_BALLOON_F_DEFLATE_ON_OOM', 'deflate-on-oom'],
    3: ['VIRTIO_BALLOON_F_FREE_PAGE_HINT', 'free-page-hint'],
    4: ['VIRTIO_BALLOON_F_PAGE_POISON', 'page-poison'],
    5: ['VIRTIO_BALLOON_F_REPORTING', 'free-page-reporting'],
  },
  // The specification gives these no bits of their own.
  rng: {},
  input: {},
  console: {
    0: ['VIRTIO_CONSOLE_F_SIZE'],
    1: ['VIRTIO_CONSOLE_F_MULTIPORT'],
    2: ['VIRTIO_CONSOLE_F_EMERG_WRITE', 'emergency-write'],
  },
  vsock: {
    0: ['VIRTIO_VSOCK_F_STREAM'],
    1: ['VIRTIO_VSOCK_F_SEQPACKET', 'seqpacket'],
    2: ['VIRTIO_VSOCK_F_NO_IMPLIED_STREAM'],
  },
  fs: { 0: ['VIRTIO_FS_F_NOTIFICATION'] },
  mem: {
    0: ['VIRTIO_MEM_F_ACPI_PXM'],
    1: ['VIRTIO_MEM_F_UNPLUGGED_INACCESSIBLE', 'unplugged-inaccessible'],
    2: ['VIRTIO_MEM_F_PERSISTENT_SUSPEND'],
  },
  crypto: {
    0: ['VIRTIO_CRYPTO_F_REVISION_1'],
    1: ['VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE'],
    2: ['VIRTIO_CRYPTO_F_HASH_STATELESS_MODE'],
    3: ['VIRTIO_CRYPTO_F_MAC_STATELESS_MODE'],
    4: ['VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE'],
    5: ['VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE'],
  },
  iommu: {
    0: ['VIRTIO_IOMMU_F_INPUT_RANGE'],
    1: ['VIRTIO_IOMMU_F_DOMAIN_RANGE'],
    2: ['VIRTIO_IOMMU_F_MAP_UNMAP'],
    3: ['VIRTIO_IOMMU_F_BYPASS'],
    4: ['VIRTIO_IOMMU_F_PROBE'],
    5: ['VIRTIO_IOMMU_F_MMIO'],
    6: ['VIRTIO_IOMMU_F_BYPASS_CONFIG'],
  },
  pmem: { 0: ['VIRTIO_PMEM_F_SHMEM_REGION'] },
  '9p': { 0: ['VIRTIO_9P_MOUNT_TAG'] },
  sound: { 0: ['VIRTIO_SND_F_CTLS'] },
} as const satisfies Record<string, FeatureTable>;

export type FeatureTableName = keyof typeof TABLES;

/** Bits of one type of device. @see virtio 1.3, "Device Types"; linux/virtio_*.h; QEMU hw/net/virtio-net.c and the like */
export const featureTable = (name: FeatureTableName): FeatureTable => TABLES[name];
