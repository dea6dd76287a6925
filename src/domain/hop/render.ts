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
  const byAlias = new Map<string, Override[]>();
  for (const override of overrides) {
    if (override.alias !== null)
      byAlias.set(override.alias, [...(byAlias.get(override.alias) ?? []), override]);
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
