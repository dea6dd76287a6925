import type { LaunchConfiguration } from '../../domain/qemu/device.js';
import { splitShellWords } from '../libvirt/command-line-words.js';
import { parseCommandLine } from '../libvirt/command-line.js';

/** What the command line of a QEMU says that its monitor does not. */
export interface LaunchCommand {
  /** Null where the devices are not certain, and `doubt` says why. */
  readonly configuration: LaunchConfiguration | null;
  readonly doubt: string | null;
  readonly incoming: boolean;
  /** State comes from a file, not from another process: `-incoming file:…` or `-loadvm`. */
  readonly restores: boolean;
  readonly loadvm: string | null;
}

/** Options with which QEMU makes devices that no `-device` names. `-drive` does too, unless `if=none`. */
const MAKE_DEVICES = new Set(
  (
    'net nic hda hdb hdc hdd cdrom fda fdb sd mtdblock usb usbdevice vga virtfs soundhw audio watchdog ' +
    'readconfig drive_add parallel virtioconsole'
  ).split(' '),
);

/**
 * Reads a command line: as `/proc/PID/cmdline` has it (words that end in NUL), or as a shell would take it.
 * Devices are certain only with `-nodefaults` and without options that make some of their own.
 */
export const readLaunchCommand = (text: string): LaunchCommand => {
  const isRaw = text.includes('\0');
  const words = isRaw ? text.replace(/\0$/, '').split('\0') : splitShellWords(text).words;
  const shell = isRaw ? words.map(quoted).join(' ') : text;
  const { configuration, incoming, incomingUri, loadvm, cutOff } = parseCommandLine(shell);
  const doubt = cutOff
    ? 'the command line is cut off'
    : configuration === null
      ? 'the command line names no machine type'
      : doubtOf(words);
  const exact = configuration === null ? null : { ...configuration, exact: true };
  return {
    configuration: doubt === null ? exact : null,
    doubt,
    incoming,
    restores: loadvm !== null || (incomingUri?.startsWith('file:') ?? false),
    loadvm,
  };
};

const doubtOf = (words: readonly string[]): string | null => {
  const options = words.map((word) => /^--?([a-zA-Z][\w-]*)$/.exec(word)?.[1] ?? null);
  if (!options.includes('nodefaults')) return 'without -nodefaults QEMU adds devices of its own';
  for (const [at, option] of options.entries()) {
    const value = words[at + 1] ?? '';
    const adds =
      option !== null &&
      (option === 'drive'
        ? !/(?:^|,)if=(?:none|pflash)(?:,|$)/.test(value)
        : MAKE_DEVICES.has(option) && !(option === 'vga' && value === 'none'));
    if (adds) return `-${option} makes devices that no -device names`;
  }
  return null;
};

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
