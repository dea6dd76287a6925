import type { Element } from '@xmldom/xmldom';
import { controllerType } from './controller-types.js';
import { isSerialConsole } from './device-aliases.js';
import { isX86, modelOf, type DomainSurroundings } from './device-elements.js';
import { busOfDiskName } from './disk-names.js';
import { isVirtioModel, virtioTypeOf } from './virtio-types.js';
import { attributeOf, childOf } from './xml-elements.js';

/** A device that QEMU makes; `qomType` null: one is made, of a type that the XML does not settle. */
export interface QemuDevice {
  readonly qomType: string | null;
}

/**
 * The QEMU device behind an element of `<devices>`; null when there is none (root buses, models `none`, PS/2 input,
 * the iTCO watchdog, graphics, …). Devices that the machine makes itself are included where they have a type.
 * @see libvirt src/qemu/qemu_command.c; PCI type names seen in a real 11.1.3, the others are not measured
 */
export const deviceType = (device: Element, domain: DomainSurroundings): QemuDevice | null => {
  const virtio = (base: string): QemuDevice => ({ qomType: virtioTypeOf(base, device, domain) });
  const model = modelOf(device);
  switch (device.localName) {
    case 'controller':
      return controllerType(device, domain);
    case 'disk':
      return diskType(device, virtio);
    case 'interface':
      if (attributeOf(device, 'type') === 'hostdev') return { qomType: 'vfio-pci' };
      return isVirtioModel(model) ? virtio('virtio-net') : { qomType: model };
    case 'hostdev':
      return hostDeviceType(device, virtio);
    case 'filesystem':
      return attributeOf(childOf(device, 'driver'), 'type') === 'virtiofs'
        ? virtio('vhost-user-fs')
        : virtio('virtio-9p');
    case 'input':
      return inputType(device, virtio);
    case 'sound':
      return model === 'virtio' ? virtio('virtio-sound') : named(SOUND_CARDS, model);
    case 'video':
      return videoType(device, domain, virtio);
    case 'memballoon':
      return model === 'none' ? null : virtio('virtio-balloon');
    case 'rng':
      return virtio('virtio-rng');
    case 'watchdog':
      return model === 'itco' ? null : { qomType: model };
    case 'vsock':
      return virtio('vhost-vsock');
    case 'tpm':
      return { qomType: model === 'tpm-tis' && domain.architecture === 'aarch64' ? 'tpm-tis-device' : model };
    case 'iommu':
      return model === 'virtio' ? virtio('virtio-iommu') : named(IOMMUS, model);
    case 'memory':
      return model === 'virtio-mem' || model === 'virtio-pmem' ? virtio(model) : named(MEMORY_MODULES, model);
    case 'crypto':
      return virtio('virtio-crypto');
    case 'shmem':
      return { qomType: attributeOf(childOf(device, 'model'), 'type') };
    case 'panic':
      return named(PANIC_DEVICES, model);
    case 'redirdev':
      return { qomType: 'usb-redir' };
    case 'hub':
      return { qomType: 'usb-hub' };
    case 'smartcard':
      return {
        qomType: attributeOf(device, 'mode') === 'passthrough' ? 'ccid-card-passthru' : 'ccid-card-emulated',
      };
    case 'pstore':
      return { qomType: 'acpi-erst' };
    case 'parallel':
      return { qomType: 'isa-parallel' };
    case 'serial':
      return serialType(device, domain);
    case 'console':
      return isSerialConsole(device) ? null : named(CONSOLES, attributeOf(childOf(device, 'target'), 'type'));
    case 'channel':
      return attributeOf(childOf(device, 'target'), 'type') === 'virtio'
        ? { qomType: 'virtserialport' }
        : null;
    default:
      return null;
  }
};

const SOUND_CARDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ich6: 'intel-hda',
    ich9: 'ich9-intel-hda',
    ac97: 'AC97',
    es1370: 'ES1370',
    sb16: 'sb16',
    usb: 'usb-audio',
  }),
);
const IOMMUS: ReadonlyMap<string, string> = new Map(
  Object.entries({ intel: 'intel-iommu', amd: 'amd-iommu' }),
);
const MEMORY_MODULES: ReadonlyMap<string, string> = new Map(
  Object.entries({ dimm: 'pc-dimm', nvdimm: 'nvdimm' }),
);
const PANIC_DEVICES: ReadonlyMap<string, string> = new Map(
  Object.entries({ isa: 'pvpanic', pvpanic: 'pvpanic-pci' }),
);
const CONSOLES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    virtio: 'virtconsole',
    sclp: 'sclpconsole',
    sclplm: 'sclplmconsole',
  }),
);

/** A model that the table does not have is part of the machine, or an option of something else. */
const named = (table: ReadonlyMap<string, string>, model: string | null): QemuDevice | null => {
  const qomType = table.get(model ?? '');
  return qomType === undefined ? null : { qomType };
};

const diskType = (disk: Element, virtio: (base: string) => QemuDevice): QemuDevice | null => {
  const target = childOf(disk, 'target');
  const kind = attributeOf(disk, 'device') ?? 'disk';
  switch (attributeOf(target, 'bus') ?? busOfDiskName(attributeOf(target, 'dev') ?? '')) {
    case 'virtio':
      return virtio(attributeOf(disk, 'type') === 'vhostuser' ? 'vhost-user-blk' : 'virtio-blk');
    case 'scsi':
      return { qomType: kind === 'lun' ? 'scsi-block' : kind === 'cdrom' ? 'scsi-cd' : 'scsi-hd' };
    case 'ide':
    case 'sata':
      return { qomType: kind === 'cdrom' ? 'ide-cd' : 'ide-hd' };
    case 'usb':
      return { qomType: 'usb-storage' };
    case 'fdc':
      return { qomType: 'floppy' };
    case 'sd':
      return { qomType: 'sd-card' };
    case 'nvme':
      return { qomType: 'nvme-ns' };
    default:
      return null;
  }
};

const hostDeviceType = (device: Element, virtio: (base: string) => QemuDevice): QemuDevice | null => {
  if ((attributeOf(device, 'mode') ?? 'subsystem') !== 'subsystem') return null;
  switch (attributeOf(device, 'type')) {
    case 'pci':
      return { qomType: 'vfio-pci' };
    case 'mdev':
      return { qomType: attributeOf(device, 'model') };
    case 'usb':
      return { qomType: 'usb-host' };
    case 'scsi':
      return { qomType: 'scsi-generic' };
    case 'scsi_host':
      return virtio('vhost-scsi');
    default:
      return { qomType: null };
  }
};

const inputType = (input: Element, virtio: (base: string) => QemuDevice): QemuDevice | null => {
  const type = attributeOf(input, 'type');
  switch (attributeOf(input, 'bus')) {
    case 'usb':
      return type === null ? { qomType: null } : { qomType: type === 'keyboard' ? 'usb-kbd' : `usb-${type}` };
    case 'virtio':
      return virtio(type === 'passthrough' ? 'virtio-input-host' : `virtio-${type ?? 'input'}`);
    default:
      return null;
  }
};

const videoType = (
  video: Element,
  domain: DomainSurroundings,
  virtio: (base: string) => QemuDevice,
): QemuDevice | null => {
  const model = childOf(video, 'model');
  // libvirt from 12.5 on keeps the very device it chose.
  const chosen = attributeOf(model, 'device');
  if (chosen !== null) return { qomType: chosen };
  const primary = video === domain.primaryVideo;
  switch (attributeOf(model, 'type')) {
    case 'vga':
      return { qomType: primary ? 'VGA' : 'secondary-vga' };
    case 'cirrus':
      return { qomType: 'cirrus-vga' };
    case 'vmvga':
      return { qomType: 'vmware-svga' };
    case 'qxl':
      return { qomType: primary ? 'qxl-vga' : 'qxl' };
    case 'virtio': {
      const asVga = primary && (isX86(domain) || domain.architecture?.startsWith('ppc64') === true);
      if (attributeOf(childOf(video, 'driver'), 'name') === 'vhostuser') {
        return asVga ? { qomType: 'vhost-user-vga' } : virtio('vhost-user-gpu');
      }
      const gl = attributeOf(childOf(model, 'acceleration'), 'accel3d') === 'yes' ? '-gl' : '';
      return asVga ? { qomType: `virtio-vga${gl}` } : virtio(`virtio-gpu${gl}`);
    }
    case 'bochs':
      return { qomType: 'bochs-display' };
    case 'ramfb':
      return { qomType: 'ramfb' };
    default:
      return null;
  }
};

const serialType = (serial: Element, domain: DomainSurroundings): QemuDevice | null => {
  const target = childOf(serial, 'target');
  const model = attributeOf(childOf(target, 'model'), 'name');
  if (model !== null) return { qomType: model };
  switch (attributeOf(target, 'type')) {
    case 'usb-serial':
      return { qomType: 'usb-serial' };
    case 'pci-serial':
      return { qomType: 'pci-serial' };
    default:
      return isX86(domain) ? { qomType: 'isa-serial' } : null;
  }
};
