import { groupBy } from '../group-by.js';
import type { GlobalProperty } from '../qemu/device.js';
import type { Override } from '../qemu/override.js';

export { asGlobals } from './as-globals.js';

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

/** `globals`: as `asGlobals` gives them; null where no global can say it. */
export const renderOverrides = (
  overrides: readonly Override[],
  globals: readonly GlobalProperty[] | null,
): RenderedOverrides => {
  const texts = (globals ?? []).map(({ driver, property, value }) => `${driver}.${property}=${value}`);
  return {
    qemuGlobal: texts.flatMap((text) => ['-global', text]),
    qemuDevice: overrides.flatMap(({ alias, property, value }) =>
      alias === null ? [] : { alias, addition: `${property}=${value}` },
    ),
    libvirtOverride: overrides.length === 0 ? null : libvirtOverride(overrides),
    libvirtCommandline: texts.length === 0 ? null : libvirtCommandline(texts),
    proxmoxArgs: texts.length === 0 ? null : texts.map((text) => `-global ${text}`).join(' '),
  };
};

/** libvirt wants `true`/`false` where QEMU says `on`/`off`. */
export const libvirtValue = ({ libvirtType, value }: Override): string =>
  libvirtType === 'bool' ? (value === 'on' ? 'true' : 'false') : value;

const escape = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/'/g, '&apos;');

const libvirtOverride = (overrides: readonly Override[]): string => {
  const onDevices = overrides.flatMap((override) =>
    override.alias === null ? [] : { ...override, alias: override.alias },
  );
  const devices = [...groupBy(onDevices, ({ alias }) => alias)].map(([alias, own]) =>
    [
      `  <qemu:device alias='${escape(alias)}'>`,
      '    <qemu:frontend>',
      ...own.map(libvirtProperty),
      '    </qemu:frontend>',
      '  </qemu:device>',
    ].join('\n'),
  );
  return ['<qemu:override>', ...devices, '</qemu:override>'].join('\n');
};

const libvirtProperty = (override: Override): string => {
  const [name, value] = [escape(override.property), escape(libvirtValue(override))];
  return `      <qemu:property name='${name}' type='${override.libvirtType}' value='${value}'/>`;
};

const libvirtCommandline = (globals: readonly string[]): string =>
  [
    '<qemu:commandline>',
    ...globals.flatMap((text) => [`  <qemu:arg value='-global'/>`, `  <qemu:arg value='${escape(text)}'/>`]),
    '</qemu:commandline>',
  ].join('\n');
