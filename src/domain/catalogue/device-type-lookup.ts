import { buildLabel, sameBuild, type Build } from '../qemu/build.js';
import type { Catalogue } from './catalogue.js';
import type { DeviceTypeEntry, ProbedBuild } from './device-type.js';
import { binaryOf, propertyOnBinary, typeOnBinary } from './binary.js';
import { interpolate, type Presence, type Witness } from './interpolate.js';
import { inKnobRange } from './knob-range.js';
import { knownPresence } from './known-presence.js';

export type DeviceTypeFacts = Pick<
  Catalogue,
  'probedBuilds' | 'deviceTypes' | 'knobRanges' | 'releases' | 'binaries'
>;

const parentsOf = (facts: DeviceTypeFacts, name: string | null): readonly string[] => {
  const found: string[] = [];
  for (let at = name; at !== null && !found.includes(at); at = facts.deviceTypes.get(at)?.parent ?? null) {
    found.push(at);
  }
  return found;
};

/**
 * The types whose properties and pins a device of a type has as well, nearest first: its QOM ancestors, then for a
 * virtio proxy the device inside it with its ancestors. Empty for a type that the catalogue does not know.
 */
export const ancestorsOf = (facts: DeviceTypeFacts, qomType: string): readonly string[] => {
  const entry = facts.deviceTypes.get(qomType);
  if (entry === undefined) return [];
  return [...new Set([...parentsOf(facts, entry.parent), ...parentsOf(facts, entry.inner)])];
};

/** A probed build's word on a type; null when its list does not reach that far. */
const listed = (facts: DeviceTypeFacts, type: DeviceTypeEntry, probe: ProbedBuild): boolean | null =>
  parentsOf(facts, type.name).includes(probe.covers) ? !type.absentIn.includes(probe.id) : null;

/** Lacking it proves nothing where optional parts were left out, or where the type has a package of its own. */
const isProof = (has: boolean, { fewerParts }: ProbedBuild, { optional }: DeviceTypeEntry): boolean =>
  has || (!fewerParts && !optional);

const typeWitnesses = (facts: DeviceTypeFacts, type: DeviceTypeEntry): readonly Witness[] =>
  facts.probedBuilds.flatMap((probe) => {
    const has = listed(facts, type, probe);
    return has !== null && isProof(has, probe, type) ? { build: probe.build, has } : [];
  });

/**
 * Whether a build has a device type. The very build that was probed answers for itself, by what a host reported of it or
 * by the catalogue; others by their place between the builds probed ({@link interpolate}). A build of fewer parts cannot be told from another of its version, so
 * what it lacks counts for itself only where the others agree.
 */
export const deviceTypeIn = (facts: DeviceTypeFacts, qomType: string, build: Build): Presence => {
  // Not kept: a host may report what its binary says at any time.
  const binary = binaryOf(facts, build);
  if (binary !== null) return typeOnBinary(binary, qomType);
  return knownPresence(facts, `${qomType} ${buildLabel(build)}`, () => findDeviceType(facts, qomType, build));
};

const findDeviceType = (facts: DeviceTypeFacts, qomType: string, build: Build): Presence => {
  const type = facts.deviceTypes.get(qomType);
  if (type === undefined) return 'unknown';
  const own = facts.probedBuilds.find((probe) => sameBuild(probe.build, build));
  const has = own === undefined ? null : listed(facts, type, own);
  if (own !== undefined && has !== null && isProof(has, own, type)) return has ? 'present' : 'absent';
  const others = interpolate(typeWitnesses(facts, type), build);
  return has === false && others === 'present' ? 'unknown' : others;
};

/** A probed build's word on a property of a type; null when it was not asked. */
const propertyTold = (
  facts: DeviceTypeFacts,
  type: DeviceTypeEntry,
  property: string,
  probe: ProbedBuild,
): boolean | null => {
  const there = listed(facts, type, probe);
  if (there !== true) return there;
  const above = ancestorsOf(facts, type.name).flatMap((name) => facts.deviceTypes.get(name) ?? []);
  const named = [type, ...above].flatMap(({ properties }) =>
    properties.filter(({ names }) => names.includes(property)),
  );
  if (named.some(({ missingIn }) => !missingIn.includes(probe.id))) return true;
  // Nobody can ask an abstract type: it is known by the types below it, for the properties that they share.
  const wasAsked = type.abstract ? named.length > 0 : !type.unaskedIn.includes(probe.id);
  return wasAsked ? false : null;
};

/** What the source says of a property with a pin, on the type itself or one it derives from. */
const byKnobRange = (
  facts: DeviceTypeFacts,
  qomType: string,
  property: string,
  version: string,
): Presence => {
  const types = [qomType, ...ancestorsOf(facts, qomType)];
  const answers = facts.knobRanges
    .filter((knob) => knob.property === property && types.includes(knob.qomType))
    .map((knob) => inKnobRange(facts, knob, version));
  if (answers.includes('present')) return 'present';
  return answers.length > 0 && answers.every((answer) => answer === 'absent') ? 'absent' : 'unknown';
};

/**
 * Whether a device type of a build has a property. The very build that was probed answers for itself; else for a
 * property with a pin the releases whose source was read; else the build's place between the builds probed.
 */
export const propertyIn = (
  facts: DeviceTypeFacts,
  qomType: string,
  property: string,
  build: Build,
): Presence => {
  const binary = binaryOf(facts, build);
  const said = binary === null ? 'unknown' : propertyOnBinary(binary, qomType, property);
  if (said !== 'unknown') return said;
  return knownPresence(facts, `${qomType}.${property} ${buildLabel(build)}`, () =>
    findProperty(facts, qomType, property, build),
  );
};

const findProperty = (facts: DeviceTypeFacts, qomType: string, property: string, build: Build): Presence => {
  const type = facts.deviceTypes.get(qomType);
  if (type === undefined) return byKnobRange(facts, qomType, property, build.version);
  const own = facts.probedBuilds.find((probe) => sameBuild(probe.build, build));
  const told = own === undefined ? null : propertyTold(facts, type, property, own);
  if (own !== undefined && told !== null && isProof(told, own, type)) return told ? 'present' : 'absent';
  if (deviceTypeIn(facts, qomType, build) === 'absent') return 'absent';
  const read = byKnobRange(facts, qomType, property, build.version);
  if (read !== 'unknown') return read;
  const witnesses = facts.probedBuilds.flatMap((probe) => {
    const has = propertyTold(facts, type, property, probe);
    return has !== null && isProof(has, probe, type) ? { build: probe.build, has } : [];
  });
  return interpolate(witnesses, build);
};
