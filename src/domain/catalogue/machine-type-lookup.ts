import { parseMachineType } from '../qemu/machine-type.js';
import { compareDotted, isDevelopment, parseVersion, seriesOf } from '../qemu/version.js';
import type { Catalogue, MachineTypeEntry } from './catalogue.js';

export type MachineTypePresence = 'present' | 'absent' | 'unknown';

/** Before its first release read: a type older than that release may have been there, only nobody looked. */
const before = (entry: MachineTypeEntry, firstSeries: string): MachineTypePresence => {
  const { version } = parseMachineType(entry.name);
  return version !== null && compareDotted(version, firstSeries) < 0 ? 'unknown' : 'absent';
};

/** What is seen outranks QEMU's rule; for series not read yet the rule alone is no proof that the type is gone. */
const atEnd = ({ goneIn, removedIn }: MachineTypeEntry, series: string): MachineTypePresence => {
  if (goneIn !== null) return compareDotted(series, goneIn) >= 0 ? 'absent' : 'present';
  return removedIn !== null && compareDotted(series, removedIn) >= 0 ? 'unknown' : 'present';
};

/**
 * Whether an upstream build of this version has the machine type. A type is there from its first release on, in that
 * series from that point release, and in every later series until it is removed. Unknown for unversioned and
 * downstream names, and for development builds; a binary's own list outranks the answer.
 */
export const machineTypeIn = (catalogue: Catalogue, name: string, version: string): MachineTypePresence => {
  const entry = catalogue.machineTypes.get(name);
  const build = parseVersion(version);
  const first = entry === undefined ? null : parseVersion(entry.firstRelease);
  if (entry === undefined || first === null || build === null || isDevelopment(build)) return 'unknown';
  const [series, firstSeries] = [seriesOf(build), seriesOf(first)];
  const early = series === firstSeries ? build.micro < first.micro : compareDotted(series, firstSeries) < 0;
  return early ? before(entry, firstSeries) : atEnd(entry, series);
};

/** Series from which a machine type warns, and in which it is gone. Null: not planned, or happened without warning. */
export interface MachineTypeEnd {
  readonly deprecatedFrom: string | null;
  readonly removedIn: string | null;
}

/** Proxmox VE's QEMU splits it off before it looks for the machine type, which is upstream's and ends as that one does. */
const PVE_REVISION = /\+pve\d+$/;

/** When a machine type ends: a guest of it has to be cold-booted under another one before. Null for unknown names. */
export const machineTypeEnd = (catalogue: Catalogue, name: string): MachineTypeEnd | null => {
  const entry = catalogue.machineTypes.get(name.replace(PVE_REVISION, ''));
  return entry === undefined
    ? null
    : { deprecatedFrom: entry.deprecatedFrom, removedIn: entry.goneIn ?? entry.removedIn };
};
