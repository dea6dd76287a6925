import { parseMachineType, type MachineType } from '../qemu/machine-type.js';
import { compareDotted } from '../qemu/version.js';
import type { Catalogue, Pin } from './catalogue.js';
import { readReleaseFor } from './read-release.js';

export interface PinQuestion {
  /** The device's type first, then its ancestors upwards: a pin on `pci-device` reaches every PCI device. */
  readonly qomTypes: readonly string[];
  readonly property: string;
  readonly machineType: string;
  /** Of the QEMU build. */
  readonly version: string;
}

export interface PinnedValue {
  readonly value: string;
  readonly pin: Pin;
}

/** Families whose arrays every board applies. */
const EVERY_BOARD = 'all';

/**
 * Whether a release has the row. The order of versions is no order in time, but between first and last release
 * `absentIn` names every release read that has it not (9.0.0, between 8.2.5 and 9.0.1).
 */
const inRelease = (pin: Pin, release: string): boolean =>
  compareDotted(release, pin.firstRelease) >= 0 &&
  (pin.lastRelease === null || compareDotted(release, pin.lastRelease) <= 0) &&
  !pin.absentIn.includes(release);

/** `4.0.1` has the arrays of 4.0: what a machine version's third number changes is not in any array (hw/i386/pc_q35.c). */
const arrayVersion = (version: string): string => version.split('.').slice(0, 2).join('.');

const forMachine = (pin: Pin, { family }: MachineType, version: string): boolean =>
  (pin.families.includes(EVERY_BOARD) || pin.families.includes(family)) &&
  (pin.upToMachineVersion === null || compareDotted(arrayVersion(version), pin.upToMachineVersion) <= 0);

/**
 * Orders pins as QEMU applies them, the last one wins: a board's defaults for all its versions, then version by version
 * from the newest down, in each the array of all boards before the board's own. Which row of one array comes last is
 * not recorded; the one on the nearer type is taken for it.
 * @see QEMU hw/core/machine.c, compat_props_add in the machine options of each board
 */
const byApplication =
  (qomTypes: readonly string[]) =>
  (a: Pin, b: Pin): number => {
    if (a.upToMachineVersion !== b.upToMachineVersion) {
      if (a.upToMachineVersion === null) return -1;
      if (b.upToMachineVersion === null) return 1;
      return compareDotted(b.upToMachineVersion, a.upToMachineVersion);
    }
    const ofBoard = (pin: Pin): number => (pin.families.includes(EVERY_BOARD) ? 0 : 1);
    return ofBoard(a) - ofBoard(b) || qomTypes.indexOf(b.qomType) - qomTypes.indexOf(a.qomType);
  };

/**
 * The value that a machine type of a release gives a property, overrides aside. Null when it gives none, so that the
 * device's default holds, and also when nothing is known of the release ({@link readReleaseFor}) or the machine type
 * has no upstream version.
 */
export const pinnedValue = (catalogue: Catalogue, question: PinQuestion): PinnedValue | null => {
  const release = readReleaseFor(catalogue, question.version);
  const machine = parseMachineType(question.machineType);
  const { version } = machine;
  if (release === null || version === null) return null;
  const pin = catalogue.pins
    .filter(
      (candidate) =>
        candidate.property === question.property &&
        question.qomTypes.includes(candidate.qomType) &&
        inRelease(candidate, release) &&
        forMachine(candidate, machine, version),
    )
    .toSorted(byApplication(question.qomTypes))
    .at(-1);
  return pin === undefined ? null : { value: pin.value, pin };
};
