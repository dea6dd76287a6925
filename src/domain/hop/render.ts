import { acceptance } from '../catalogue/acceptance.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { knobsOf } from '../catalogue/knob.js';
import type { Build } from '../qemu/build.js';
import type { Device, GlobalProperty, LaunchConfiguration } from '../qemu/device.js';
import type { Override } from '../qemu/override.js';
import type { Carried } from '../vm/carried.js';

/** The same overrides as each tool takes them. */
export interface RenderedOverrides {
  /** Arguments for QEMU's command line; empty when no global can say it without touching another device. */
  readonly qemuGlobal: readonly string[];
  /** What to add to each `-device`, by alias. */
  readonly qemuDevice: readonly { readonly alias: string; readonly addition: string }[];
  /** `<qemu:override>`, libvirt 8.2 and later. */
  readonly libvirtOverride: string | null;
  /** `<qemu:commandline>`, for older ones; covers devices plugged later as well. */
  readonly libvirtCommandline: string | null;
  /** Proxmox VE `args:`. */
  readonly proxmoxArgs: string | null;
}

export const renderOverrides = (overrides: readonly Override[], globals: readonly GlobalProperty[] | null): RenderedOverrides => {
  const asGlobals = (globals ?? []).map(({ driver, property, value }) => `${driver}.${property}=${value}`);
  return {
    qemuGlobal: asGlobals.flatMap((text) => ['-global', text]),
    qemuDevice: overrides.flatMap(({ alias, property, value }) => (alias === null ? [] : { alias, addition: `${property}=${value}` })),
    libvirtOverride: overrides.length === 0 ? null : libvirtOverride(overrides),
    libvirtCommandline: asGlobals.length === 0 ? null : libvirtCommandline(asGlobals),
    proxmoxArgs: asGlobals.length === 0 ? null : asGlobals.map((text) => `-global ${text}`).join(' '),
  };
};

/**
 * The overrides as `-global`s: the abstract parent where every device that it reaches takes the value, else the
 * driver. Null when a device that must not have the value would get it.
 */
export const asGlobals = (
  catalogue: Catalogue,
  overrides: readonly Override[],
  carried: Carried,
  configuration: LaunchConfiguration,
  build: Build,
): readonly GlobalProperty[] | null => {
  const wanted = new Map<string, Override>();
  for (const override of overrides) wanted.set(`${override.qomType} ${override.property} ${override.value}`, override);
  const result = new Map<string, GlobalProperty>();
  for (const { qomType, property, value } of wanted.values()) {
    const reach = (driver: string, devices: readonly Device[]): boolean =>
      devices.every((device) => takes(catalogue, device, property, value, { overrides, carried, build })) && driver !== '';
    const abstract = abstractType(catalogue, qomType, property);
    const all = configuration.devices.filter((device) => has(catalogue, device, property));
    const own = configuration.devices.filter((device) => device.qomType === qomType);
    const driver = abstract !== null && reach(abstract, all) ? abstract : reach(qomType, own) ? qomType : null;
    if (driver === null) return null;
    result.set(`${driver}.${property}`, { driver, property, value });
  }
  return [...result.values()];
};

const has = (catalogue: Catalogue, device: Device, property: string): boolean =>
  catalogue.behaviours.some((behaviour) => knobsOf(behaviour, device).some((knob) => knob.property === property));

const abstractType = (catalogue: Catalogue, qomType: string, property: string): string | null => {
  const device: Device = { alias: '', qomType, address: null, properties: {} };
  for (const behaviour of catalogue.behaviours) {
    const knob = knobsOf(behaviour, device).find((candidate) => candidate.property === property);
    if (knob !== undefined) return knob.abstractTypes[0] ?? null;
  }
  return null;
};

const takes = (
  catalogue: Catalogue,
  device: Device,
  property: string,
  text: string,
  { overrides, carried, build }: { overrides: readonly Override[]; carried: Carried; build: Build },
): boolean => {
  if (overrides.some((override) => override.alias === device.alias && override.property === property)) return true;
  if (device.properties[property] !== undefined) return true;
  return catalogue.behaviours.every((behaviour) => {
    const knob = knobsOf(behaviour, device).find((candidate) => candidate.property === property);
    const value = carried.find(({ alias, behaviour: id }) => alias === device.alias && id === behaviour.id);
    if (knob === undefined || value === undefined) return true;
    const offered = Object.entries(knob.texts).find(([, known]) => known === text)?.[0] ?? text;
    return (value.value === null ? value.possible : [value.value]).every((may) => acceptance(behaviour, may, offered, build).result === 'accept');
  });
};

/** libvirt wants `true`/`false` where QEMU says `on`/`off`. */
export const libvirtValue = ({ libvirtType, value }: Override): string =>
  libvirtType === 'bool' ? (value === 'on' ? 'true' : 'false') : value;

const escape = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/'/g, '&apos;');

const libvirtOverride = (overrides: readonly Override[]): string => {
  const byAlias = new Map<string, Override[]>();
  for (const override of overrides) {
    if (override.alias !== null) byAlias.set(override.alias, [...(byAlias.get(override.alias) ?? []), override]);
  }
  const devices = [...byAlias].map(
    ([alias, own]) => `  <qemu:device alias='${escape(alias)}'>
    <qemu:frontend>
${own.map((override) => `      <qemu:property name='${escape(override.property)}' type='${override.libvirtType}' value='${escape(libvirtValue(override))}'/>`).join('\n')}
    </qemu:frontend>
  </qemu:device>`,
  );
  return `<qemu:override>\n${devices.join('\n')}\n</qemu:override>`;
};

const libvirtCommandline = (globals: readonly string[]): string =>
  `<qemu:commandline>\n${globals.map((text) => `  <qemu:arg value='-global'/>\n  <qemu:arg value='${escape(text)}'/>`).join('\n')}\n</qemu:commandline>`;
