import type { Element } from '@xmldom/xmldom';
import type { CpuConfiguration, Device, LaunchConfiguration } from '../../domain/qemu/device.js';
import { deviceAliases } from './device-aliases.js';
import { pciAddressOf, surroundingsOf, type DomainSurroundings } from './device-elements.js';
import { deviceProperties } from './device-properties.js';
import { deviceType } from './device-types.js';
import { BadDomainXml, type DomainXml } from './domain-xml.js';
import { applyGivenOverrides, type LaunchNote } from './given-overrides.js';
import { attributeOf, childOf, childrenOf, textOf } from './xml-elements.js';

export interface DomainLaunch {
  /** Lower case. */
  readonly uuid: string;
  readonly name: string;
  readonly configuration: LaunchConfiguration;
  readonly notes: readonly LaunchNote[];
}

/**
 * What QEMU is launched with for this domain: machine type, accelerator, CPU, devices under the aliases they have or
 * will get, and the overrides that the XML already carries, merged.
 * @throws {BadDomainXml} when the XML names no machine type
 */
export const launchConfigurationOf = (xml: DomainXml): DomainLaunch => {
  const domain = surroundingsOf(xml);
  if (domain.machine === '') throw new BadDomainXml('the domain has no machine type (<os><type machine>)');
  const { devices, globals, notes } = applyGivenOverrides(xml, devicesOf(domain));
  const configuration: LaunchConfiguration = {
    machineType: domain.machine,
    devices,
    globals,
    cpu: cpuOf(childOf(xml.domain, 'cpu')),
    accelerator: acceleratorOf(attributeOf(xml.domain, 'type')),
    ...emulatorOf(xml),
  };
  return { uuid: xml.uuid, name: xml.name, configuration, notes };
};

const acceleratorOf = (domainType: string | null): string | null =>
  domainType === 'qemu' ? 'tcg' : domainType;

/** Linux's PATH_MAX. What is longer names no binary. */
const MAX_PATH = 4096;

const emulatorOf = ({ domain }: DomainXml): Pick<LaunchConfiguration, 'emulator'> => {
  const devices = childOf(domain, 'devices');
  const path = devices === null ? null : textOf(childOf(devices, 'emulator'));
  return path !== null && path.startsWith('/') && path.length <= MAX_PATH ? { emulator: path } : {};
};

const cpuOf = (cpu: Element | null): CpuConfiguration | null => {
  if (cpu === null) return null;
  return {
    mode: attributeOf(cpu, 'mode') ?? 'custom',
    model: textOf(childOf(cpu, 'model')),
    features: childrenOf(cpu, 'feature').map((feature) => ({
      name: attributeOf(feature, 'name') ?? '',
      policy: attributeOf(feature, 'policy') ?? 'require',
    })),
  };
};

const devicesOf = (domain: DomainSurroundings): Device[] => {
  const aliases = deviceAliases(domain);
  const seen = new Set<string>();
  return domain.devices.flatMap((element) => {
    const type = deviceType(element, domain);
    const given = aliases.get(element);
    if (type === null || given === undefined) return [];
    const address = pciAddressOf(element);
    // Companion USB controllers share one alias, and all but the first go without an id in QEMU.
    const alias = seen.has(given) ? `${given}@${address ?? seen.size}` : given;
    seen.add(alias);
    const device = {
      alias,
      qomType: type.qomType,
      address,
      properties: deviceProperties(element, type.qomType),
    };
    return [device, ...codecsOf(element, alias, type.qomType)];
  });
};

const CODECS: ReadonlyMap<string, string> = new Map(
  Object.entries({ duplex: 'hda-duplex', micro: 'hda-micro', output: 'hda-output' }),
);

/** The codecs behind an HD Audio controller are devices of their own; without any named there is one duplex. */
const codecsOf = (sound: Element, alias: string, qomType: string | null): Device[] => {
  if (qomType !== 'intel-hda' && qomType !== 'ich9-intel-hda') return [];
  const types = childrenOf(sound, 'codec').map((codec) => attributeOf(codec, 'type') ?? 'duplex');
  return (types.length === 0 ? ['duplex'] : types).map((type, index) => ({
    alias: `${alias}-codec${index}`,
    qomType: CODECS.get(type) ?? null,
    address: null,
    properties: {},
  }));
};
