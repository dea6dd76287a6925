import { SKEW_WORTH_CORRECTING_MS } from './instant.js';
import type { HostProcess } from './host-process.js';
import { holdsGuest, type Link } from './link.js';

/** Each of two clocks may be off by what is not worth correcting, in opposite directions. */
export const CLOCKS_AGREE_MS = 2 * SKEW_WORTH_CORRECTING_MS;

/** The guest was powered off there, in so many words. */
export const wasPoweredOff = ({ end }: Link): boolean =>
  end !== null && (end.reason === 'shutdown' || end.reason === 'destroyed' || end.reason === 'crashed');

/**
 * What left it is known to have arrived elsewhere and, there or after further hops, to have been powered off: however close
 * the clocks bring the two, it is not where a later process came from.
 */
export const wentOnAndEnded = ({ id, end }: Link, links: readonly Link[]): boolean =>
  end?.reason === 'migrated' &&
  links.some(
    (next) =>
      next.parent === id &&
      next.outcome === 'completed' &&
      (wasPoweredOff(next) || wentOnAndEnded(next, links)),
  );

/**
 * The process that held the guest when this one opened. Where the clocks leave room for several, the one whose
 * departure is attested comes first, then the one that opened last.
 */
export const runningAt = (process: HostProcess, earlier: readonly Link[]): Link | null => {
  const near = earlier.filter((other) => mayHaveRun(other, process, CLOCKS_AGREE_MS));
  const surely = near.filter((other) => mayHaveRun(other, process, 0));
  return (
    surely.findLast((other) => holdsGuest(other) && other.end?.reason === 'migrated') ??
    surely.findLast(holdsGuest) ??
    near.findLast((other) => holdsGuest(other) && other.end?.reason === 'migrated') ??
    near.findLast(holdsGuest) ??
    near.findLast(({ outcome }) => outcome === 'in-flight') ??
    null
  );
};

const mayHaveRun = ({ process: other, end }: Link, process: HostProcess, tolerance: number): boolean =>
  // On one host the clock is the same: there only a process that was left for this one still ran.
  other.host === process.host
    ? end !== null && end.reason === 'migrated' && end.at >= process.openedAt
    : end === null || end.at >= process.openedAt - tolerance;

/** The last process that held the guest, when it left, or may have, for where nobody reports. */
export const lastDeparted = (earlier: readonly Link[]): Link | null => {
  const last = lastHolder(earlier);
  return last !== null &&
    (last.end === null || last.end.reason === 'migrated' || last.end.reason === 'unknown')
    ? last
    : null;
};

export const lastHolder = (links: readonly Link[]): Link | null => links.findLast(holdsGuest) ?? null;
