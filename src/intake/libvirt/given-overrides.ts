import type { Device, GlobalProperty } from '../../domain/qemu/device.js';
import { redactGlobal, redactProperties } from '../../domain/qemu/secret-property.js';
import type { DomainXml } from './domain-xml.js';
import { readQemuArguments } from './qemu-arguments.js';
import { attributeOf, childrenOf, numberOf, QEMU_NAMESPACE } from './xml-elements.js';

/** Something in the XML that a reader of the configuration should know and the configuration cannot hold. */
export type LaunchNote =
  /** libvirt passes such an override over without a word. */
  | { readonly kind: 'override-matches-no-device'; readonly alias: string }
  | { readonly kind: 'property-removed'; readonly alias: string; readonly property: string };

export interface GivenOverrides {
  readonly devices: readonly Device[];
  readonly globals: readonly GlobalProperty[];
  readonly notes: readonly LaunchNote[];
}

/**
 * What `<qemu:override>` and `<qemu:commandline>` change of `devices`, as libvirt applies them: the override while it
 * writes its own `-device` arguments, the command line after them all. Values of secret properties are redacted.
 */
export const applyGivenOverrides = (xml: DomainXml, devices: readonly Device[]): GivenOverrides => {
  const byAlias = new Map(devices.map((device) => [device.alias, openFor(device)]));
  const globals: GlobalProperty[] = [];
  const notes: LaunchNote[] = [];
  const deviceOf = (alias: string): Changing | null => {
    const device = byAlias.get(alias);
    if (device === undefined) notes.push({ kind: 'override-matches-no-device', alias });
    return device ?? null;
  };

  for (const { alias, property, type, value } of overrideProperties(xml)) {
    const device = deviceOf(alias);
    if (device === null) continue;
    if (type === 'remove') {
      device.properties.delete(property);
      notes.push({ kind: 'property-removed', alias, property });
    } else {
      device.properties.set(property, type === 'bool' ? qemuBoolean(value) : value);
    }
  }

  for (const argument of readQemuArguments(commandLineArguments(xml))) {
    if (argument.kind === 'global') globals.push(redactGlobal(argument.global));
    else if (argument.kind === 'set')
      deviceOf(argument.alias)?.properties.set(argument.property, argument.value);
    else {
      const { bus, addr, ...properties } = argument.options;
      const { alias } = argument;
      const known = byAlias.get(alias);
      if (known === undefined) {
        byAlias.set(
          alias,
          openFor({ alias, qomType: argument.driver, address: addressOf(bus, addr), properties }),
        );
      } else {
        for (const [property, value] of Object.entries(properties)) known.properties.set(property, value);
      }
    }
  }
  const changed = [...byAlias.values()].map(({ device, properties }) => ({
    ...device,
    properties: redactProperties(Object.fromEntries(properties)),
  }));
  return { devices: changed, globals, notes };
};

/** A device whose properties are being settled. */
interface Changing {
  readonly device: Device;
  readonly properties: Map<string, string>;
}

const openFor = (device: Device): Changing => ({
  device,
  properties: new Map(Object.entries(device.properties)),
});

interface OverrideProperty {
  readonly alias: string;
  readonly property: string;
  readonly type: string;
  readonly value: string;
}

const overrideProperties = (xml: DomainXml): OverrideProperty[] =>
  childrenOf(xml.domain, 'override', QEMU_NAMESPACE)
    .flatMap((override) => childrenOf(override, 'device', QEMU_NAMESPACE))
    .flatMap((device) =>
      childrenOf(device, 'frontend', QEMU_NAMESPACE)
        .flatMap((frontend) => childrenOf(frontend, 'property', QEMU_NAMESPACE))
        .map((property) => ({
          alias: attributeOf(device, 'alias') ?? '',
          property: attributeOf(property, 'name') ?? '',
          type: attributeOf(property, 'type') ?? 'string',
          value: attributeOf(property, 'value') ?? '',
        })),
    )
    .filter(({ alias, property }) => alias !== '' && property !== '');

/** The values of `<qemu:commandline>`'s arguments, in order. */
export const commandLineArguments = (xml: DomainXml): string[] =>
  childrenOf(xml.domain, 'commandline', QEMU_NAMESPACE)
    .flatMap((commandLine) => childrenOf(commandLine, 'arg', QEMU_NAMESPACE))
    .map((arg) => attributeOf(arg, 'value') ?? '');

const qemuBoolean = (value: string): string => (value === 'true' ? 'on' : value === 'false' ? 'off' : value);

/** `bus=pci.1,addr=0x0.0x2` → `0000:01:00.2`; null for buses that are not libvirt's. */
const addressOf = (bus: string | undefined, addr: string | undefined): string | null => {
  const index = numberOf(/^pcie?\.(\d+)$/.exec(bus ?? '')?.[1] ?? null);
  const [slot, fn] = (addr ?? '').split('.').map((part) => Number.parseInt(part.replace(/^0x/i, ''), 16));
  if (index === null || slot === undefined || !(slot >= 0 && slot <= 0x1f)) return null;
  return `0000:${index.toString(16).padStart(2, '0')}:${slot.toString(16).padStart(2, '0')}.${(fn ?? 0).toString(16)}`;
};
