import type { Device, GlobalProperty } from '../qemu/device.js';
import type { Override } from '../qemu/override.js';
import { machineOf, type Catalogue } from './catalogue.js';
import { concerns } from './concerns.js';
import { ancestorsOf } from './device-type-lookup.js';
import { knobNames } from './knob.js';
import { matchesQomType } from './selects.js';

/**
 * Properties that no behaviour of the catalogue is about, and that a migration stream may tell apart all the same: those
 * that some machine type pins, and experimental ones. Set by hand, they are latched with the device and have to be
 * repeated by every later process, like any other value that is held by `plug`.
 */
const PREFIX = 'property:';

/** How such a property is named among behaviours. */
export const rememberedId = (property: string): string => `${PREFIX}${property}`;

/** The property's name; null when it is a behaviour of the catalogue. */
export const rememberedProperty = (behaviour: string): string | null =>
  behaviour.startsWith(PREFIX) ? behaviour.slice(PREFIX.length) : null;

/** Pinned for a few old machine types, and paths or wiring of the host all the same. */
const OF_THE_HOST: ReadonlySet<string> = new Set(['romfile', 'rombar', 'bootindex']);

const pinned = new WeakMap<Catalogue, ReadonlyMap<string, ReadonlySet<string>>>();

/** Types by pinned property. */
const pinnedTypes = (catalogue: Catalogue): ReadonlyMap<string, ReadonlySet<string>> => {
  const known = pinned.get(catalogue);
  if (known !== undefined) return known;
  const types = new Map<string, Set<string>>();
  for (const { property, qomType } of catalogue.pins) {
    types.set(property, (types.get(property) ?? new Set()).add(qomType));
  }
  pinned.set(catalogue, types);
  return types;
};

const isRemembered = (
  catalogue: Catalogue,
  lineage: readonly string[],
  name: string,
  machineType: string | null,
): boolean => {
  if (OF_THE_HOST.has(name)) return false;
  const types = pinnedTypes(catalogue).get(name);
  if (!name.startsWith('x-') && !lineage.some((type) => types?.has(type) === true)) return false;
  return !isCovered(catalogue, lineage, name, machineType);
};

/**
 * Whether a behaviour says what a property does to a device: by its type, or by an abstract parent, for then it says as
 * well on which devices the property does nothing. `vectors` of virtio-rng says nothing of virtio-blk, nor of machine
 * types that the behaviour does not concern.
 * @param lineage the device's type and its ancestors
 */
export const isCovered = (
  catalogue: Catalogue,
  lineage: readonly string[],
  property: string,
  machineType: string | null,
): boolean => {
  if (!knobNames(catalogue).has(property)) return false;
  const machine = machineOf(catalogue, machineType);
  return catalogue.behaviours.some(
    (behaviour) =>
      concerns(behaviour, machine) !== false &&
      behaviour.knobs.some(
        (knob) =>
          knob.property === property &&
          lineage.some(
            (type, nth) =>
              knob.abstractTypes.includes(type) ||
              (nth === 0 && knob.qomTypes.some((pattern) => matchesQomType(pattern, type))),
          ),
      ),
  );
};

/** A device's type, then its ancestors. */
export const lineageOf = (catalogue: Catalogue, qomType: string): readonly string[] => [
  qomType,
  ...ancestorsOf(catalogue, qomType),
];

/** An explicit property that is remembered, by its name. */
export interface RememberedSetting {
  readonly property: string;
  readonly text: string;
}

/** What the command line sets by hand on a device: its own options, else the last `-global` that reaches it. */
export const rememberedSettings = (
  catalogue: Catalogue,
  device: Device,
  globals: readonly GlobalProperty[],
  machineType: string | null,
): readonly RememberedSetting[] => {
  const { qomType } = device;
  if (qomType === null) return [];
  const lineage = lineageOf(catalogue, qomType);
  const set = new Map<string, string>();
  for (const { driver, property, value } of globals) {
    if (lineage.includes(driver)) set.set(property, value);
  }
  for (const [property, text] of Object.entries(device.properties)) set.set(property, text);
  return [...set]
    .filter(([property]) => isRemembered(catalogue, lineage, property, machineType))
    .map(([property, text]) => ({ property, text }));
};

const WORDS: ReadonlyMap<string, string> = new Map([
  ['true', 'on'],
  ['yes', 'on'],
  ['false', 'off'],
  ['no', 'off'],
]);

/** Two texts of one value: `true` and `on`, `0x10` and `16`. */
export const sameText = (a: string, b: string): boolean => plain(a) === plain(b);
const plain = (text: string): string => {
  const word = WORDS.get(text) ?? text;
  return /^0x[0-9a-f]+$|^\d+$/i.test(word) ? String(BigInt(word)) : word;
};

/** As an override: libvirt wants to know the value's type, and the text tells. */
export const rememberedOverride = (device: Device, property: string, text: string): Override | null =>
  device.qomType === null
    ? null
    : {
        alias: device.alias,
        qomType: device.qomType,
        property,
        value: WORDS.get(text) ?? text,
        libvirtType: typeOf(text),
      };

const typeOf = (text: string): Override['libvirtType'] => {
  if (['on', 'off'].includes(WORDS.get(text) ?? text)) return 'bool';
  if (/^\d+$/.test(text)) return 'unsigned';
  return /^-\d+$/.test(text) ? 'signed' : 'string';
};
