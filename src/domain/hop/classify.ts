import { compareDotted, parseVersion, seriesOf } from '../qemu/version.js';
import type { Build } from '../qemu/build.js';
import type { MachineType } from '../qemu/machine-type.js';

/** What kind of hop it is; the seeds' cases 1 and 2, 3, 4, 5, 6 (DOMAIN.md section 5). */
export type HopClass =
  | 'same-version'
  | 'same-version-older-machine-type'
  | 'machine-type-unknown-there'
  | 'newer-to-older'
  | 'older-to-newer'
  | 'unknown';

/**
 * What is promised upstream: a versioned machine type forward, and between equal versions; backward is not
 * promised; an unversioned machine type has nothing across versions; some devices cannot be migrated at all.
 */
export type Tier = 'promised' | 'not-promised' | 'none' | 'cannot-migrate' | 'unknown';

export interface Classification {
  readonly class: HopClass;
  /** Number of the case in QEMU's compatibility documentation. */
  readonly seedCase: 1 | 3 | 4 | 5 | 6 | null;
  readonly tier: Tier;
}

export const classifyHop = (
  from: Build | null,
  to: Build,
  machine: MachineType | null,
  machineTypeThere: 'present' | 'absent' | 'unknown',
): Classification => {
  const order = from === null ? null : orderOf(from, to);
  const tier = tierOf(order, machine?.version != null);
  if (machineTypeThere === 'absent') return { class: 'machine-type-unknown-there', seedCase: 4, tier };
  if (order === null) return { class: 'unknown', seedCase: null, tier };
  if (order > 0) return { class: 'newer-to-older', seedCase: 5, tier };
  if (order < 0) return { class: 'older-to-newer', seedCase: 6, tier };
  const version = parseVersion(to.version);
  const current =
    version !== null && machine?.version != null && compareDotted(machine.version, seriesOf(version)) < 0;
  return current
    ? { class: 'same-version-older-machine-type', seedCase: 3, tier }
    : { class: 'same-version', seedCase: 1, tier };
};

/** Older to newer is negative; null when one of them is no release. */
const orderOf = (from: Build, to: Build): number | null =>
  parseVersion(from.version) === null || parseVersion(to.version) === null
    ? null
    : compareDotted(from.version, to.version);

const tierOf = (order: number | null, versioned: boolean): Tier => {
  if (order === null) return 'unknown';
  if (order === 0) return 'promised';
  if (!versioned) return 'none';
  return order < 0 ? 'promised' : 'not-promised';
};
