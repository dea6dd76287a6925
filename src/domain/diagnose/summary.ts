import { assertNever } from '../assert-never.js';
import type { RegisterDifference } from './diagnosis.js';
import type { Facts } from './find.js';

/** A finding in one sentence. */
export const summaryOf = (facts: Facts): string => {
  const { kind, differs, property, errno } = facts;
  const detail = facts.detail === null ? null : short(facts.detail);
  const device = deviceText(facts);
  const here = differs?.here ?? 'not said';
  const incoming = differs?.incoming ?? 'not said';
  switch (kind) {
    case 'config-space':
      return `${device}: ${facts.register === null ? 'PCI config space' : registerText(facts.register)} differs`;
    case 'virtio-features':
      return `${device}: the guest uses features that the destination does not offer${featureText(facts)}`;
    case 'queue-size':
      return `${device}: ${differs?.what ?? 'a queue'}: ${incoming} in the state, at most ${here} at the destination`;
    case 'state-layout':
      return `${device}: its state is laid out otherwise than the destination expects${detail === null ? '' : ` (${detail})`}`;
    case 'section-unknown':
      return isKvmClock(facts)
        ? 'the state has a kvmclock and the destination has none: KVM at the source, another accelerator here'
        : facts.device?.path == null
          ? `the destination has no state of the name ${device}`
          : `${device}: the destination has no such device`;
    case 'section-version':
      return `${differs?.what ?? `version of ${device}`}: ${incoming} in the state, ${here} at the destination`;
    case 'section-footer':
      return `${device}: its state ends elsewhere than the destination expects`;
    case 'machine-type-differs':
      return `machine type: ${incoming} at the source, ${here} at the destination`;
    case 'machine-type-unknown':
      return `the destination does not know the machine type ${differs?.incoming ?? 'it was given'}`;
    case 'ram-size':
      return differs === null
        ? `RAM is laid out otherwise: ${detail ?? ''}`
        : `${differs.what}: ${incoming} in the state, ${here} at the destination`;
    case 'ram-block-unknown':
      return `the destination has no RAM block ${facts.device?.section ?? ''}`;
    case 'device-state':
      return `${device}: its ${layerText(facts)} was refused, and the text does not say why`;
    case 'load-failed':
      return `the state was refused${errno === null ? '' : ` (${errno})`}, and the text does not say why`;
    case 'not-migratable':
      return facts.device === null
        ? `the guest cannot be migrated${detail === null ? '' : `: ${detail}`}`
        : `${device} cannot be migrated`;
    case 'property-unknown':
      return `the destination does not know the property ${propertyText(facts)}`;
    case 'property-value':
      return property === null
        ? `a property's value is not taken: ${detail ?? ''}`
        : `the destination does not take ${propertyText(facts)}`;
    case 'device-model-unknown':
      return `the destination does not know the device model ${differs?.incoming ?? ''}`;
    case 'cpu-differs':
      return cpuText(facts);
    case 'capability-differs':
      return `${differs?.what ?? 'migration capability'}: ${incoming} at the source, ${here} at the destination`;
    case 'configuration-missing':
      return 'the stream has no configuration section, which the destination expects';
    case 'stream-broken':
      return `what arrived is no whole migration stream: ${detail ?? ''}`;
    case 'connection':
      return `the two ends could not talk: ${detail ?? ''}`;
    case 'hook-refused':
      return `a hook script refused: ${detail ?? ''}`;
    case 'definition-refused':
      return differs === null
        ? `libvirt refused the definition: ${detail ?? ''}`
        : `${differs.what}: ${incoming} in the state, ${here} at the destination`;
    case 'kernel-refused':
      return `the destination's kernel did not take the state of a CPU: ${detail ?? ''}`;
    case 'source-not-ready':
      return `the source did not send: ${detail ?? ''}`;
    case 'start-failed':
      return `the destination did not start: ${detail ?? ''}`;
    case 'pci-capability-overlap':
      return `${device}: two PCI capabilities overlap`;
    case 'unknown':
      return `not known: ${detail ?? ''}`;
    default:
      return assertNever(kind);
  }
};

export const isKvmClock = ({ device }: Facts): boolean => device?.section === 'kvmclock';

export const deviceText = ({ device }: Facts): string => {
  if (device === null) return 'a device that the text does not name';
  return device.alias === null || device.path === null
    ? device.section
    : `${device.alias} (${device.section})`;
};

export const registerText = ({ name, structure, offset, bits }: RegisterDifference): string => {
  const at = `config space 0x${offset.toString(16)}`;
  const names = [...new Set(bits.flatMap((bit) => bit.name ?? []))];
  const which = names.length === 0 ? '' : `, ${names.join(', ')}`;
  return name === null ? at : `${name} (${at}, ${structure ?? ''}${which})`;
};

const featureText = ({ features }: Facts): string => {
  const names = (features?.missing ?? []).map(({ bit, name }) => name ?? `bit ${bit}`);
  return names.length === 0 ? '' : `: ${names.join(', ')}`;
};

export const propertyText = ({ property }: Facts): string => {
  if (property === null) return '';
  const { driver, name, value, onType } = property;
  const text = `${driver}.${name}${value === null ? '' : `=${value}`}`;
  return onType === null || onType === driver ? text : `${text} (on ${onType})`;
};

/** The layer that was met first is as near as the text comes. */
const layerText = ({ elements }: Facts): string => {
  const [innermost = ''] = elements;
  if (/^(?:PCIDevice|pci config):config$/.test(innermost)) return 'PCI config space';
  return 'state';
};

/** The rest of it stands in `detail` and in the lines. */
const short = (text: string): string => (text.length <= 300 ? text : `${text.slice(0, 299)}…`);

const cpuText = ({ cpu, detail }: Facts): string => {
  if (cpu === null || (cpu.extra.length === 0 && cpu.missing.length === 0))
    return `the CPU differs: ${detail ?? ''}`;
  const extra = cpu.extra.length === 0 ? [] : [`the destination adds ${cpu.extra.join(', ')}`];
  const missing = cpu.missing.length === 0 ? [] : [`the destination lacks ${cpu.missing.join(', ')}`];
  return `the CPU differs: ${[...extra, ...missing].join('; ')}`;
};
