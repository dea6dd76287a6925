import type { CpuConfiguration, GlobalProperty, LaunchConfiguration } from '../../domain/qemu/device.js';
import { isSecretProperty } from '../../domain/qemu/secret-property.js';
import { devicesOf } from './command-line-devices.js';
import { splitShellWords } from './command-line-words.js';
import { readQemuArguments } from './qemu-arguments.js';

/** What QEMU's command line in libvirt's log says of the VM. */
export interface CommandLine {
  /** Lower case; null when there is none. */
  readonly uuid: string | null;
  readonly name: string | null;
  /** Of `-incoming`: `defer`, `tcp:[::]:49152`, `fd:27`; null without. */
  readonly incomingUri: string | null;
  readonly incoming: boolean;
  /** The internal snapshot of `-loadvm`. */
  readonly loadvm: string | null;
  /** Null when the text was cut off, so that devices may be missing, or names no machine type. */
  readonly configuration: LaunchConfiguration | null;
  readonly cutOff: boolean;
}

/**
 * Parses a command line in shell quoting: environment assignments, the binary, its arguments. Takes the options that
 * live migration can tell the difference of; secrets among device properties are left out. Never throws.
 */
export const parseCommandLine = (text: string): CommandLine => {
  const { words, cutOff } = splitShellWords(text);
  const options = optionsOf(words);
  const last = (name: string): string | null =>
    options.findLast((option) => option.name === name)?.value ?? null;
  const uuid = last('uuid')?.toLowerCase() ?? null;
  return {
    uuid: uuid !== null && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid) ? uuid : null,
    name: nameOf(last('name')),
    incomingUri: last('incoming'),
    incoming: options.some(({ name }) => name === 'incoming'),
    loadvm: last('loadvm'),
    configuration: cutOff ? null : configurationOf(options),
    cutOff,
  };
};

interface Option {
  /** Without dashes. */
  readonly name: string;
  readonly value: string | null;
}

/** A word that begins with a dash is an option, and the next is its argument unless that does too. */
const optionsOf = (words: readonly string[]): readonly Option[] => {
  const options: Option[] = [];
  for (let at = 0; at < words.length; at++) {
    const [, name] = /^--?([a-zA-Z][\w-]*)$/.exec(words[at] ?? '') ?? [];
    if (name === undefined) continue;
    const next = words[at + 1];
    const value = next === undefined || next.startsWith('-') ? null : next;
    if (value !== null) at++;
    options.push({ name: name === 'M' ? 'machine' : name, value });
  }
  return options;
};

const nameOf = (value: string | null): string | null => {
  if (value === null) return null;
  const parts = keyValues(value, 'guest');
  return parts.get('guest') ?? null;
};

const configurationOf = (options: readonly Option[]): LaunchConfiguration | null => {
  const machine = new Map<string, string>();
  for (const { name, value } of options) {
    if (name !== 'machine' || value === null) continue;
    for (const [key, text] of keyValues(value, 'type')) machine.set(key, text);
  }
  const machineType = machine.get('type');
  if (machineType === undefined) return null;
  const args = readQemuArguments(
    options.flatMap(({ name, value }) => (value === null ? [] : [`-${name}`, exactNumbers(value)])),
  );
  return {
    machineType,
    devices: devicesOf(args),
    globals: args.flatMap((arg): GlobalProperty[] =>
      arg.kind === 'global' && !isSecretProperty(arg.global.property) ? [arg.global] : [],
    ),
    cpu: cpuOf(options.findLast(({ name }) => name === 'cpu')?.value ?? null),
    accelerator: acceleratorOf(options, machine.get('accel')),
  };
};

/** QEMU tries several in turn, and the log does not say which one it came to: then null. */
const acceleratorOf = (options: readonly Option[], ofMachine: string | undefined): string | null => {
  const named = options.flatMap(({ name, value }) => {
    if (name === 'enable-kvm') return ['kvm'];
    return name === 'accel' && value !== null ? [keyValues(value, 'accel').get('accel') ?? ''] : [];
  });
  const all = new Set([...named, ...(ofMachine?.split(':') ?? [])]);
  const [only] = all;
  return only === undefined || only === '' || all.size > 1 ? null : only;
};

const MODES: Readonly<Record<string, string>> = { host: 'host-passthrough', max: 'maximum' };

/**
 * In libvirt's words, so that it compares with the XML: `on` is the policy `require`, `off` `disable`. What takes
 * another value than those (`hv-spinlocks=0x1fff`) is no feature and left out, as is `migratable`, an attribute there.
 */
const cpuOf = (value: string | null): CpuConfiguration | null => {
  const [model, ...flags] = value?.split(',') ?? [];
  if (model === undefined || model === '') return null;
  const mode = Object.hasOwn(MODES, model) ? MODES[model] : undefined;
  return {
    mode: mode ?? 'custom',
    model: mode === undefined ? model : null,
    features: flags.flatMap((flag) => {
      const [, sign, signed] = /^([+-])(.+)$/.exec(flag) ?? [];
      if (signed !== undefined) return [{ name: signed, policy: sign === '+' ? 'require' : 'disable' }];
      const [name = '', state = 'on'] = flag.split('=', 2);
      if (name === '' || name === 'migratable' || (state !== 'on' && state !== 'off')) return [];
      return [{ name, policy: state === 'on' ? 'require' : 'disable' }];
    }),
  };
};

/** QEMU's option list: a doubled comma is part of a value, the first part may go without its key. */
const keyValues = (text: string, implied: string): ReadonlyMap<string, string> => {
  const parts = text.match(/(?:[^,]|,,)+/g) ?? [];
  return new Map(
    parts.map((part, place): [string, string] => {
      const plain = part.replaceAll(',,', ',');
      const equals = plain.indexOf('=');
      if (equals > 0) return [plain.slice(0, equals), plain.slice(equals + 1)];
      return place === 0 ? [implied, plain] : [plain, 'on'];
    }),
  );
};

/** World wide names and sizes exceed what a JSON number keeps exactly: they are made strings of the same digits. */
const exactNumbers = (value: string): string =>
  value.startsWith('{')
    ? value.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
        token.startsWith('"') ? token : `"${token}"`,
      )
    : value;
