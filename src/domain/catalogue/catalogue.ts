import type { Binaries } from './binary.js';
import type { DeviceTypeEntry, KnobRange, ProbedBuild } from './device-type.js';
import { parseMachineType, type MachineType } from '../qemu/machine-type.js';
import type { Behaviour, Evidence } from './behaviour.js';

/** A machine type in upstream releases. */
export interface MachineTypeEntry {
  readonly name: string;
  /** First release that has it. */
  readonly firstRelease: string;
  /** Series from which it is gone, when a release without it was read; null: still there. */
  readonly goneIn: string | null;
  /** By QEMU's policy: warns from this series, is unregistered in that one. */
  readonly deprecatedFrom: string | null;
  readonly removedIn: string | null;
}

/** A machine type that a distribution adds, and the upstream one that it is built on. */
export interface VendorMachineType {
  readonly name: string;
  /** Upstream name, `pc-q35-6.2`. */
  readonly base: string;
  readonly vendor: string;
  readonly evidence: Evidence;
}

/** A compat property: the value that machine types up to a version give a property. */
export interface Pin {
  readonly array: string;
  /** Machine versions up to and including this one; null: all versions of the families. */
  readonly upToMachineVersion: string | null;
  /** Machine families; `all` for the generic arrays. */
  readonly families: readonly string[];
  readonly qomType: string;
  readonly property: string;
  readonly value: string;
  readonly firstRelease: string;
  readonly lastRelease: string | null;
  readonly absentIn: readonly string[];
  readonly commit: string | null;
}

/** A release whose source was read. Others are known of only by their neighbours in the series. */
export interface ReleaseEntry {
  readonly version: string;
  /** `2023-05-29` */
  readonly date: string;
}

/** Facts about QEMU, versioned as a whole. */
export interface Catalogue {
  /** SHA-256 over the content, first 16 hex digits: the same facts have the same revision. */
  readonly revision: string;
  readonly behaviours: readonly Behaviour[];
  readonly machineTypes: ReadonlyMap<string, MachineTypeEntry>;
  readonly vendorMachineTypes: ReadonlyMap<string, VendorMachineType>;
  readonly pins: readonly Pin[];
  readonly releases: readonly ReleaseEntry[];
  /** Binaries that were asked for the device types below. */
  readonly probedBuilds: readonly ProbedBuild[];
  readonly deviceTypes: ReadonlyMap<string, DeviceTypeEntry>;
  readonly knobRanges: readonly KnobRange[];
  /** What hosts' binaries said of themselves. No part of the revision: it outranks the facts above. Left out: nothing. */
  readonly binaries?: Binaries;
}

export const behaviourOf = (catalogue: Catalogue, id: string): Behaviour | undefined =>
  catalogue.behaviours.find((behaviour) => behaviour.id === id);

/** A machine type with the upstream version that it is built on: `pc-q35-rhel9.6.0` by the catalogue, `+pve1` by its name. */
export const machineOf = (
  catalogue: Pick<Catalogue, 'vendorMachineTypes'>,
  name: string | null,
): MachineType | null => {
  if (name === null) return null;
  const known = catalogue.vendorMachineTypes.get(name);
  if (known === undefined) return parseMachineType(name);
  const { family, version } = parseMachineType(known.base);
  return { name, family, version, vendor: known.vendor };
};
