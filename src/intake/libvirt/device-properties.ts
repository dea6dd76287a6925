import type { Element } from '@xmldom/xmldom';
import { addressTypeOf } from './device-elements.js';
import { attributeOf, childOf, numberOf } from './xml-elements.js';

type Properties = Record<string, string>;

/**
 * What the XML asks of the device beyond its type, under QEMU's property names and in QEMU's text.
 * Only what a guest or a migration stream can see; back ends, threads and host paths are left out.
 * @see libvirt src/qemu/qemu_command.c
 */
export const deviceProperties = (device: Element, qomType: string | null): Properties => {
  const properties: Properties = {};
  if (qomType !== null && /^(virtio|vhost)-/.test(qomType)) {
    copy(properties, childOf(device, 'driver'), VIRTIO_DRIVER);
  }
  switch (device.localName) {
    case 'controller':
      controllerProperties(properties, device);
      break;
    case 'disk':
      diskProperties(properties, device, qomType);
      break;
    case 'interface':
      if (qomType?.startsWith('virtio-net') === true) networkProperties(properties, device);
      break;
    case 'filesystem':
      copy(properties, childOf(device, 'driver'), { queue: 'queue-size' });
      break;
    case 'memballoon':
      copy(properties, device, { autodeflate: 'deflate-on-oom', freePageReporting: 'free-page-reporting' });
      break;
    case 'video':
      videoProperties(properties, childOf(device, 'model'), qomType);
      break;
    case 'iommu':
      copy(properties, childOf(device, 'driver'), IOMMU_DRIVER);
      break;
    default:
  }
  copy(properties, childOf(device, 'rom'), { bar: 'rombar' });
  if (attributeOf(childOf(device, 'rom'), 'enabled') === 'no') properties['romfile'] = '';
  copy(properties, childOf(device, 'boot'), { order: 'bootindex' });
  if (addressTypeOf(device) === 'pci')
    copy(properties, childOf(device, 'address'), { multifunction: 'multifunction' });
  copy(properties, childOf(device, 'acpi'), { index: 'acpi-index' });
  return properties;
};

/** libvirt's attribute → QEMU's property. */
type Names = Readonly<Record<string, string>>;

const VIRTIO_DRIVER: Names = {
  iommu: 'iommu_platform',
  ats: 'ats',
  packed: 'packed',
  page_per_vq: 'page-per-vq',
};

const NETWORK_DRIVER: Names = {
  rx_queue_size: 'rx_queue_size',
  tx_queue_size: 'tx_queue_size',
  event_idx: 'event_idx',
  ioeventfd: 'ioeventfd',
  rss: 'rss',
  rss_hash_report: 'hash',
};
const HOST_OFFLOADS: Names = {
  csum: 'csum',
  gso: 'gso',
  tso4: 'host_tso4',
  tso6: 'host_tso6',
  ecn: 'host_ecn',
  ufo: 'host_ufo',
  mrg_rxbuf: 'mrg_rxbuf',
};
const GUEST_OFFLOADS: Names = {
  csum: 'guest_csum',
  tso4: 'guest_tso4',
  tso6: 'guest_tso6',
  ecn: 'guest_ecn',
  ufo: 'guest_ufo',
};
const IOMMU_DRIVER: Names = {
  intremap: 'intremap',
  caching_mode: 'caching-mode',
  eim: 'eim',
  iotlb: 'device-iotlb',
  aw_bits: 'aw-bits',
  dma_translation: 'dma-translation',
  xtsup: 'xtsup',
  passthrough: 'pt',
};
const PCI_TARGET: Names = {
  chassis: 'chassis',
  port: 'port',
  hotplug: 'hotplug',
  chassisNr: 'chassis_nr',
  busNr: 'bus_nr',
};

/** Numbers come out in decimal, as libvirt hands them to QEMU; the rest as written. */
const copy = (properties: Properties, from: Element | null, names: Names): void => {
  for (const [attribute, property] of Object.entries(names)) {
    const value = attributeOf(from, attribute);
    if (value !== null) properties[property] = numberOf(value)?.toString() ?? value;
  }
};

const controllerProperties = (properties: Properties, controller: Element): void => {
  const driver = childOf(controller, 'driver');
  switch (attributeOf(controller, 'type')) {
    case 'pci':
      copy(properties, childOf(controller, 'target'), PCI_TARGET);
      break;
    case 'scsi':
      copy(properties, driver, {
        queues: 'num_queues',
        cmd_per_lun: 'cmd_per_lun',
        max_sectors: 'max_sectors',
        ioeventfd: 'ioeventfd',
      });
      break;
    case 'virtio-serial':
      copy(properties, controller, { ports: 'max_ports', vectors: 'vectors' });
      break;
    case 'usb':
      copy(properties, controller, { ports: 'p2' });
      copy(properties, controller, { ports: 'p3' });
      break;
    default:
  }
};

const diskProperties = (properties: Properties, disk: Element, qomType: string | null): void => {
  const driver = childOf(disk, 'driver');
  if (/^(virtio|vhost-user)-blk/.test(qomType ?? '')) {
    copy(properties, driver, {
      queues: 'num-queues',
      queue_size: 'queue-size',
      event_idx: 'event_idx',
      ioeventfd: 'ioeventfd',
    });
  }
  copy(properties, childOf(disk, 'blockio'), {
    logical_block_size: 'logical_block_size',
    physical_block_size: 'physical_block_size',
    discard_granularity: 'discard_granularity',
  });
  copy(properties, childOf(disk, 'target'), { removable: 'removable', rotation_rate: 'rotation_rate' });
  const cache = attributeOf(driver, 'cache');
  const isHardDisk = (attributeOf(disk, 'device') ?? 'disk') === 'disk';
  if (isHardDisk && cache !== null && cache !== 'default') {
    properties['write-cache'] = cache === 'writethrough' || cache === 'directsync' ? 'off' : 'on';
  }
};

const networkProperties = (properties: Properties, nic: Element): void => {
  const driver = childOf(nic, 'driver');
  copy(properties, driver, NETWORK_DRIVER);
  copy(properties, childOf(driver, 'host'), HOST_OFFLOADS);
  copy(properties, childOf(driver, 'guest'), GUEST_OFFLOADS);
  copy(properties, childOf(nic, 'mtu'), { size: 'host_mtu' });
  const queues = numberOf(attributeOf(driver, 'queues'));
  if (queues !== null && queues > 1) {
    properties['mq'] = 'on';
    // Two vectors a queue pair, one for the control queue, one for configuration changes.
    if (addressTypeOf(nic) !== 'ccw') properties['vectors'] = String(2 * queues + 2);
  }
};

/** Video memory is RAM that migrates: its size must be the same on both ends. libvirt counts in KiB. */
const videoProperties = (properties: Properties, model: Element | null, qomType: string | null): void => {
  const kibibytes = (attribute: string): number | null => numberOf(attributeOf(model, attribute));
  const set = (property: string, value: number | null): void => {
    if (value !== null) properties[property] = String(value);
  };
  const inMebibytes = (value: number | null): number | null =>
    value === null ? null : Math.floor(value / 1024);
  const inBytes = (value: number | null): number | null => (value === null ? null : value * 1024);
  if (qomType === 'VGA' || qomType === 'secondary-vga' || qomType === 'vmware-svga') {
    set('vgamem_mb', inMebibytes(kibibytes('vram')));
  } else if (qomType === 'qxl' || qomType === 'qxl-vga') {
    set('ram_size', inBytes(kibibytes('ram')));
    set('vram_size', inBytes(kibibytes('vram')));
    set('vram64_size_mb', inMebibytes(kibibytes('vram64')));
    set('vgamem_mb', inMebibytes(kibibytes('vgamem')));
    copy(properties, model, { heads: 'max_outputs' });
  } else if (qomType?.startsWith('virtio-') === true) {
    copy(properties, model, { heads: 'max_outputs' });
  }
};
