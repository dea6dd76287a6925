import type { Rendered } from './assessment-answer.js';

/** The tools that overrides are rendered for. */
export const RENDERINGS = ['libvirt', 'global', 'device', 'proxmox'] as const;
export type Rendering = (typeof RENDERINGS)[number];

/**
 * The overrides in one tool's own text, ready to be pasted or piped.
 * @returns null when this tool has no way to say them (a `-global` would reach a device that must not have the value)
 */
export const inRendering = (rendered: Rendered, rendering: Rendering): string | null => {
  switch (rendering) {
    case 'libvirt':
      return rendered.libvirtOverride ?? rendered.libvirtCommandline;
    case 'global':
      return rendered.qemuGlobal.length === 0 ? null : rendered.qemuGlobal.map(quoted).join(' ');
    case 'device':
      return rendered.qemuDevice.length === 0
        ? null
        : rendered.qemuDevice.map(({ alias, addition }) => `${alias}: ,${addition}`).join('\n');
    case 'proxmox':
      return rendered.proxmoxArgs;
  }
};

/** For a shell; most arguments need nothing. */
const quoted = (argument: string): string =>
  /^[\w.,:=@/+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
