import type { Element } from '@xmldom/xmldom';
import { indexOf, isI440fx, isX86, modelOf, type DomainSurroundings } from './device-elements.js';
import type { QemuDevice } from './device-types.js';
import { virtioTypeOf } from './virtio-types.js';
import { attributeOf, childOf } from './xml-elements.js';

/** What QEMU makes of libvirt's PCI controllers where `<model name>` does not say; old libvirts wrote none. */
const PCI_CONTROLLERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'pcie-root-port': 'pcie-root-port',
    'pcie-switch-upstream-port': 'x3130-upstream',
    'pcie-switch-downstream-port': 'xio3130-downstream',
    'pcie-to-pci-bridge': 'pcie-pci-bridge',
    'pcie-expander-bus': 'pxb-pcie',
    'pci-expander-bus': 'pxb',
    'pci-bridge': 'pci-bridge',
    'dmi-to-pci-bridge': 'i82801b11-bridge',
  }),
);

const USB_CONTROLLERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'piix3-uhci': 'piix3-usb-uhci',
    'piix4-uhci': 'piix4-usb-uhci',
    ehci: 'usb-ehci',
    'ich9-ehci1': 'ich9-usb-ehci1',
    'ich9-uhci1': 'ich9-usb-uhci1',
    'ich9-uhci2': 'ich9-usb-uhci2',
    'ich9-uhci3': 'ich9-usb-uhci3',
    'vt82c686b-uhci': 'vt82c686b-usb-uhci',
    'pci-ohci': 'pci-ohci',
    'nec-xhci': 'nec-usb-xhci',
    'qemu-xhci': 'qemu-xhci',
  }),
);

const SCSI_CONTROLLERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    lsilogic: 'lsi53c895a',
    lsisas1068: 'mptsas1068',
    lsisas1078: 'megasas',
    vmpvscsi: 'pvscsi',
    ibmvscsi: 'spapr-vscsi',
    dc390: 'dc390',
    am53c974: 'am53c974',
  }),
);

/** The QEMU device behind a `<controller>`; null for root buses, `none`, and what is part of the machine without a type. */
export const controllerType = (controller: Element, domain: DomainSurroundings): QemuDevice | null => {
  const type = attributeOf(controller, 'type');
  const model = modelOf(controller);
  if (model === 'none') return null;
  switch (type) {
    case 'pci':
      return pciController(controller, model);
    case 'usb':
      return {
        qomType:
          model === null && isX86(domain) ? 'piix3-usb-uhci' : (USB_CONTROLLERS.get(model ?? '') ?? null),
      };
    case 'scsi':
      return scsiController(controller, model, domain);
    case 'sata':
      // Index 0 of q35 is in the machine itself, of this same type.
      return { qomType: 'ich9-ahci' };
    case 'ide':
      return { qomType: isI440fx(domain) ? 'piix3-ide' : null };
    case 'virtio-serial':
      return { qomType: virtioTypeOf('virtio-serial', controller, domain) };
    case 'fdc':
      return { qomType: 'isa-fdc' };
    case 'ccid':
      return { qomType: 'usb-ccid' };
    case 'nvme':
      return { qomType: 'nvme' };
    default:
      return null;
  }
};

const pciController = (controller: Element, model: string | null): QemuDevice | null => {
  if (model === null || model === 'pcie-root') return null;
  // pSeries alone has further root buses, and there they are devices.
  if (model === 'pci-root') return indexOf(controller) === 0 ? null : { qomType: 'spapr-pci-host-bridge' };
  return { qomType: attributeOf(childOf(controller, 'model'), 'name') ?? PCI_CONTROLLERS.get(model) ?? null };
};

const scsiController = (
  controller: Element,
  model: string | null,
  domain: DomainSurroundings,
): QemuDevice | null => {
  if (model?.startsWith('virtio-') === true)
    return { qomType: virtioTypeOf('virtio-scsi', controller, domain) };
  if (model === 'ncr53c90') return null;
  if (model === null || model === 'auto') return { qomType: isX86(domain) ? 'lsi53c895a' : null };
  return { qomType: SCSI_CONTROLLERS.get(model) ?? null };
};
