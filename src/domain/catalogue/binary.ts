import type { BuildFacts } from '../qemu/build-facts.js';
import { propertyOf, typeOf, valueOnMachine } from '../qemu/build-facts-lookup.js';
import { buildLabel, type Build } from '../qemu/build.js';
import type { Device } from '../qemu/device.js';
import type { Behaviour, Knob } from './behaviour.js';
import type { Catalogue } from './catalogue.js';
import type { Presence } from './interpolate.js';
import { isSettable, knobsOf, MACHINE_TYPE, valueOfText } from './knob.js';

/** What binaries said of themselves, by `buildLabel`. What a binary says outranks what its version suggests. */
export type Binaries = ReadonlyMap<string, BuildFacts>;

/** Null: nobody asked this build. */
export const binaryOf = ({ binaries }: Pick<Catalogue, 'binaries'>, build: Build): BuildFacts | null =>
  binaries?.get(buildLabel(build)) ?? null;

/** The catalogue with what one more binary said; as it is where that is nothing. */
export const withBinary = (catalogue: Catalogue, facts: BuildFacts | null): Catalogue =>
  facts === null || binaryOf(catalogue, facts.build) === facts
    ? catalogue
    : { ...catalogue, binaries: new Map([...(catalogue.binaries ?? []), [buildLabel(facts.build), facts]]) };

/** Whether a binary has a device type. */
export const typeOnBinary = (facts: BuildFacts, qomType: string): Presence =>
  typeOf(facts, qomType) === undefined ? 'absent' : 'present';

/** Whether a binary knows a property of a device type; unknown where it was not asked. */
export const propertyOnBinary = (facts: BuildFacts, qomType: string, property: string): Presence => {
  const found = propertyOf(facts, qomType, property);
  return found === undefined ? 'unknown' : found === null ? 'absent' : 'present';
};

/** The type that has a knob's property: of the machine as a whole, the one that a `-global` names. */
const holderOf = ({ qomTypes }: Knob, { qomType }: Device): string | null =>
  qomType === MACHINE_TYPE ? (qomTypes[0] ?? null) : qomType;

/** Whether a build knows a knob of a device: as its binary says, else by its version. An unknown one stops QEMU at start. */
export const isSettableOn = (
  catalogue: Catalogue,
  knob: Knob,
  device: Device,
  build: Build,
): boolean | null => {
  const facts = binaryOf(catalogue, build);
  const holder = holderOf(knob, device);
  const told = facts === null || holder === null ? 'unknown' : propertyOnBinary(facts, holder, knob.property);
  return told === 'unknown' ? isSettable(knob, build) : told === 'present';
};

/** A knob that says all there is to the behaviour: a text for each value, and no condition of the host in any rule. */
const saysAll = (behaviour: Behaviour, { texts }: Knob): boolean =>
  behaviour.values.every((value) => Object.hasOwn(texts, value)) &&
  behaviour.rules.every(({ when }) => when.length === 0);

/**
 * The behaviour's value that a binary gives a machine type, by what it says that the machine type sets and its devices
 * default to. Null when it does not say: not asked, older than 9.1, or the value hangs on more than a property.
 */
export const valueOnBinary = (
  behaviour: Behaviour,
  device: Device,
  machineType: string | null,
  facts: BuildFacts | null,
): string | null => {
  if (facts === null || machineType === null) return null;
  for (const knob of knobsOf(behaviour, device)) {
    const holder = holderOf(knob, device);
    if (holder === null || !saysAll(behaviour, knob)) continue;
    const told = valueOnMachine(facts, machineType, holder, knob.property);
    const value = told?.value == null ? null : valueOfText(knob, told.value);
    if (value !== null && behaviour.values.includes(value)) return value;
  }
  return null;
};

/** The text that a property of a device has on a machine type of a build, as its binary says; null when it does not. */
export const binaryText = (
  catalogue: Catalogue,
  build: Build,
  machineType: string,
  qomType: string,
  property: string,
): string | null => {
  const facts = binaryOf(catalogue, build);
  return facts === null ? null : (valueOnMachine(facts, machineType, qomType, property)?.value ?? null);
};
