import type { GlobalProperty } from '../../domain/qemu/device.js';
import type { Span } from './markup.js';

/** Of the arguments that `<qemu:commandline>` adds, those that say something about a device. */
export type QemuArgument = (
  | { readonly kind: 'global'; readonly global: GlobalProperty }
  | {
      readonly kind: 'device';
      readonly driver: string;
      readonly id: string | null;
      /** The id; without one QEMU's own path, `peripheral-anon/device[N]`. */
      readonly alias: string;
      readonly options: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'set'; readonly alias: string; readonly property: string; readonly value: string }
) & {
  /** Place, among all arguments, of the one after `-device`, `-set` or `-global`. */
  readonly at: number;
};

/** Reads `-global`, `-device` and `-set` with the argument after each; everything else is passed over. */
export const readQemuArguments = (args: readonly string[]): readonly QemuArgument[] => {
  const found: QemuArgument[] = [];
  let anonymous = 0;
  for (let i = 0; i + 1 < args.length; i++) {
    const option = args[i]?.replace(/^--?/, '-') ?? '';
    if (option !== '-global' && option !== '-device' && option !== '-set') continue;
    i++;
    const argument = args[i] ?? '';
    if (option === '-global') {
      const global = parseGlobal(argument);
      if (global !== null) found.push({ kind: 'global', at: i, global });
    } else if (option === '-device') {
      const { driver, id, ...options } = Object.fromEntries(deviceOptions(argument));
      if (driver === undefined) continue;
      const alias = id ?? `device[${anonymous++}]`;
      found.push({ kind: 'device', at: i, driver, id: id ?? null, alias, options });
    } else {
      const [, alias, property, value] = /^device\.(.+)\.([^.=]+)=([\s\S]*)$/.exec(argument) ?? [];
      if (alias !== undefined && property !== undefined && value !== undefined)
        found.push({ kind: 'set', at: i, alias, property, value });
    }
  }
  return found;
};

/**
 * `driver.property=value` (the value reaches to the end, commas included) or `driver=…,property=…,value=…`.
 * Null for neither.
 */
export const parseGlobal = (text: string): GlobalProperty | null => {
  const [, driver, property, value] = /^([^.=,]+)\.([^=]+)=([\s\S]*)$/.exec(text) ?? [];
  if (driver !== undefined && property !== undefined && value !== undefined)
    return { driver, property, value };
  const options = new Map(parseOptions(text));
  const long = {
    driver: options.get('driver'),
    property: options.get('property'),
    value: options.get('value'),
  };
  return long.driver !== undefined && long.property !== undefined && long.value !== undefined
    ? { driver: long.driver, property: long.property, value: long.value }
    : null;
};

const deviceOptions = (argument: string): readonly (readonly [string, string])[] =>
  argument.startsWith('{') ? parseJsonOptions(argument) : parseOptions(argument, 'driver');

/** QEMU's option lists: a comma ends a value unless doubled; a bare word is the `implied` key first, `on` after. */
const parseOptions = (text: string, implied?: string): [string, string][] =>
  optionParts(text, implied).map(({ key, value }) => [key, value]);

/** One option of a list, where it stands in its text. */
export interface OptionPart extends Span {
  readonly key: string;
  readonly value: string;
}

/** @param implied the key of a first part that is a bare word */
export const optionParts = (text: string, implied?: string): readonly OptionPart[] =>
  [...text.matchAll(/(?:[^,]|,,)+/g)].map(({ 0: part, index }, place) => {
    const span = { start: index, end: index + part.length };
    const option = part.replaceAll(',,', ',');
    const equals = option.indexOf('=');
    if (equals > 0) return { ...span, key: option.slice(0, equals), value: option.slice(equals + 1) };
    return place === 0 && implied !== undefined
      ? { ...span, key: implied, value: option }
      : { ...span, key: option, value: 'on' };
  });

const parseJsonOptions = (text: string): [string, string][] => {
  let options: unknown;
  try {
    options = JSON.parse(text);
  } catch {
    // QEMU would not start with it either: there is no device to speak of.
    return [];
  }
  if (typeof options !== 'object' || options === null) return [];
  return Object.entries(options).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    if (typeof value === 'boolean') return [[key, value ? 'on' : 'off']];
    return typeof value === 'string' || typeof value === 'number' ? [[key, String(value)]] : [];
  });
};
