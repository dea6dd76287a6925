import type { Element } from '@xmldom/xmldom';
import type { DomainXml } from './domain-xml.js';
import { attributeOf, childOf, childrenOf, numberOf } from './xml-elements.js';

/** What of the domain around a device decides its alias and type. */
export interface DomainSurroundings {
  /** `x86_64`, `aarch64`, `s390x`, …; null when the XML does not say. */
  readonly architecture: string | null;
  readonly machine: string;
  /** The elements of `<devices>`, in document order. */
  readonly devices: readonly Element[];
  /** Models of the SCSI controllers, by index; null where the XML does not say. */
  readonly scsiModels: ReadonlyMap<number, string | null>;
  /** The card that the firmware shows its messages on; null when there is none. */
  readonly primaryVideo: Element | null;
}

export const surroundingsOf = (xml: DomainXml): DomainSurroundings => {
  const type = childOf(childOf(xml.domain, 'os'), 'type');
  const devices = childrenOf(childOf(xml.domain, 'devices'));
  const videos = devices.filter((device) => device.localName === 'video');
  const isPrimary = (video: Element): boolean => attributeOf(childOf(video, 'model'), 'primary') === 'yes';
  const isScsi = (device: Element): boolean =>
    device.localName === 'controller' && attributeOf(device, 'type') === 'scsi';
  return {
    architecture: attributeOf(type, 'arch'),
    machine: attributeOf(type, 'machine') ?? '',
    devices,
    scsiModels: new Map(devices.filter(isScsi).map((device) => [indexOf(device), modelOf(device)])),
    primaryVideo: videos.find(isPrimary) ?? videos[0] ?? null,
  };
};

/** libvirt goes by the name alone too: `q35` and whatever begins with `pc-q35`. */
export const isQ35 = (domain: DomainSurroundings): boolean => /^(pc-q35|q35$)/.test(domain.machine);

/** i440FX in all its names (`pc`, `pc-i440fx-7.2`, `pc-1.3`), the machine with an IDE controller of its own. */
export const isI440fx = (domain: DomainSurroundings): boolean =>
  /^pc(-|$)/.test(domain.machine) && !isQ35(domain);

export const isX86 = (domain: DomainSurroundings): boolean =>
  domain.architecture === null || domain.architecture === 'x86_64' || domain.architecture === 'i686';

export const indexOf = (controller: Element): number => numberOf(attributeOf(controller, 'index')) ?? 0;

/** `<model type>` for most devices, `<model name>` for PCI controllers, a `model` attribute for the others. */
export const modelOf = (device: Element): string | null =>
  device.localName === 'interface' || device.localName === 'video'
    ? attributeOf(childOf(device, 'model'), 'type')
    : attributeOf(device, 'model');

/** How the device is reached: `pci`, `ccw`, `virtio-mmio`, `drive`, `usb`, …; null when the XML does not say. */
export const addressTypeOf = (device: Element): string | null =>
  attributeOf(childOf(device, 'address'), 'type');

/** `0000:01:00.0`, from `<address type='pci'>`; the bus is the index of libvirt's controller. */
export const pciAddressOf = (device: Element): string | null => {
  const address = childOf(device, 'address');
  if (attributeOf(address, 'type') !== 'pci') return null;
  const part = (name: string, digits: number): string =>
    (numberOf(attributeOf(address, name)) ?? 0).toString(16).padStart(digits, '0');
  return attributeOf(address, 'slot') === null
    ? null
    : `${part('domain', 4)}:${part('bus', 2)}:${part('slot', 2)}.${part('function', 1)}`;
};
