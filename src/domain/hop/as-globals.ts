import { acceptance } from '../catalogue/acceptance.js';
import type { Behaviour, Knob } from '../catalogue/behaviour.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { knobNames, knobsOf } from '../catalogue/knob.js';
import { isCovered, lineageOf } from '../catalogue/remembered.js';
import type { Build } from '../qemu/build.js';
import type { Device, GlobalProperty, LaunchConfiguration } from '../qemu/device.js';
import type { Override } from '../qemu/override.js';
import type { Carried } from '../vm/carried.js';

/**
 * The overrides as `-global`s: the abstract parent where every device that it reaches takes the value, else the
 * driver. Null when no global can say it: a device that must not have the value would get it, or one has the
 * property on its own, which beats every global.
 */
export const asGlobals = (
  catalogue: Catalogue,
  overrides: readonly Override[],
  carried: Carried,
  configuration: LaunchConfiguration,
  build: Build,
): readonly GlobalProperty[] | null => {
  const reach: Reach = {
    catalogue,
    overrides,
    carried,
    devices: configuration.devices,
    machineType: configuration.machineType,
    build,
  };
  if (overrides.some((override) => isSetOnDevice(override, configuration))) return null;
  const abstract = new Map<string, GlobalProperty>();
  const own = new Map<string, GlobalProperty>();
  for (const { qomType, property, value } of alikeOnce(overrides)) {
    const parent = abstractTypeOf(reach, qomType, property);
    if (
      parent !== null &&
      everyOneTakes(reach, property, value, (device) => mayDerive(reach, device, parent))
    ) {
      abstract.set(`${parent}.${property}`, { driver: parent, property, value });
    } else if (everyOneTakes(reach, property, value, (device) => device.qomType === qomType)) {
      own.set(`${qomType}.${property}`, { driver: qomType, property, value });
    } else return null;
  }
  // The last that matches wins, so the wider ones come first.
  return [...abstract.values(), ...own.values()];
};

/** Overrides of one type, property and value come to the same global, on however many devices. */
const alikeOnce = (overrides: readonly Override[]): Iterable<Override> =>
  new Map(
    overrides.map((override) => [
      JSON.stringify([override.qomType, override.property, override.value]),
      override,
    ]),
  ).values();

interface Reach {
  readonly catalogue: Catalogue;
  readonly overrides: readonly Override[];
  readonly carried: Carried;
  readonly devices: readonly Device[];
  readonly machineType: string;
  readonly build: Build;
}

const isSetOnDevice = ({ alias, property, value }: Override, { devices }: LaunchConfiguration): boolean => {
  const text = devices.find((device) => device.alias === alias)?.properties[property];
  return text !== undefined && text !== value;
};

const abstractTypeOf = ({ catalogue }: Reach, qomType: string, property: string): string | null => {
  const device: Device = { alias: '', qomType, address: null, properties: {} };
  const [found] = catalogue.behaviours.flatMap((behaviour) => knobOf(behaviour, device, property) ?? []);
  return found?.abstractTypes[0] ?? null;
};

const knobOf = (behaviour: Behaviour, device: Device, property: string): Knob | undefined =>
  knobsOf(behaviour, device).find((knob) => knob.property === property);

const everyOneTakes = (
  reach: Reach,
  property: string,
  text: string,
  isReached: (device: Device) => boolean,
): boolean => reach.devices.filter(isReached).every((device) => takes(reach, device, property, text));

/** A type that the catalogue does not know may derive from anything. */
const mayDerive = ({ catalogue }: Reach, { qomType }: Device, parent: string): boolean => {
  const lineage = qomType === null ? [] : lineageOf(catalogue, qomType);
  return lineage.length < 2 || lineage.includes(parent);
};

/** By its own override, by having the property itself, by not having it at all, or by what it carries. */
const takes = (
  { catalogue, overrides, carried, machineType, build }: Reach,
  device: Device,
  property: string,
  text: string,
): boolean => {
  const wanted = overrides.find(
    (override) => override.alias === device.alias && override.property === property,
  );
  if (wanted !== undefined) return wanted.value === text;
  if (device.properties[property] !== undefined) return true;
  // Set by hand and remembered: what it does to another device is not known.
  if (!knobNames(catalogue).has(property)) return false;
  const lineage = device.qomType === null ? [] : lineageOf(catalogue, device.qomType);
  if (lineage.length > 1 && !isCovered(catalogue, lineage, property, machineType)) return false;
  return catalogue.behaviours.every((behaviour) => {
    const knob = knobOf(behaviour, device, property);
    const value = carried.find(({ alias, behaviour: id }) => alias === device.alias && id === behaviour.id);
    if (knob === undefined || value === undefined) return true;
    const offered = Object.entries(knob.texts).find(([, known]) => known === text)?.[0] ?? text;
    const may = value.value === null ? value.possible : [value.value];
    return may.every((one) => acceptance(behaviour, one, offered, build).result === 'accept');
  });
};
