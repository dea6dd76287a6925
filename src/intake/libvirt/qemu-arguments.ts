import type { GlobalProperty } from '../../domain/qemu/device.js';

/** Of the arguments that `<qemu:commandline>` adds, those that say something about a device. */
export type QemuArgument =
  | { readonly kind: 'global'; readonly global: GlobalProperty }
  | {
      readonly kind: 'device';
      readonly driver: string;
      readonly id: string | null;
      readonly options: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'set'; readonly alias: string; readonly property: string; readonly value: string };

/** Reads `-global`, `-device` and `-set` with the argument after each; everything else is passed over. */
export const readQemuArguments = (args: readonly string[]): readonly QemuArgument[] => {
  const found: QemuArgument[] = [];
  for (let i = 0; i + 1 < args.length; i++) {
    const read = READERS.get(args[i]?.replace(/^--?/, '-') ?? '');
    const argument = args[i + 1];
    if (read === undefined || argument === undefined) continue;
    const meant = read(argument);
    if (meant !== null) found.push(meant);
    i++;
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

type Reader = (argument: string) => QemuArgument | null;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    '-global',
    (argument) => {
      const global = parseGlobal(argument);
      return global === null ? null : { kind: 'global', global };
    },
  ],
  [
    '-device',
    (argument) => {
      const entries = argument.startsWith('{')
        ? parseJsonOptions(argument)
        : parseOptions(argument, 'driver');
      const { driver, id, ...options } = Object.fromEntries(entries);
      return driver === undefined ? null : { kind: 'device', driver, id: id ?? null, options };
    },
  ],
  [
    '-set',
    (argument) => {
      const [, alias, property, value] = /^device\.(.+)\.([^.=]+)=([\s\S]*)$/.exec(argument) ?? [];
      return alias === undefined || property === undefined || value === undefined
        ? null
        : { kind: 'set', alias, property, value };
    },
  ],
]);

/** QEMU's option lists: a comma ends a value unless doubled; a bare word is the `implied` key first, `on` after. */
const parseOptions = (text: string, implied?: string): [string, string][] =>
  (text.match(/(?:[^,]|,,)+/g) ?? []).map((part, place) => {
    const option = part.replaceAll(',,', ',');
    const equals = option.indexOf('=');
    if (equals > 0) return [option.slice(0, equals), option.slice(equals + 1)];
    return place === 0 && implied !== undefined ? [implied, option] : [option, 'on'];
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
