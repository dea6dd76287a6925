import { endOf, SAME_END_MS, showedLife, startedAs, type HostProcess } from './host-process.js';
import type { HopOutcome, Link } from './link.js';
import { isMark } from './marks.js';
import { CLOCKS_AGREE_MS } from './whereabouts.js';

/**
 * What became of a hop into a process, from both ends. The destination's word counts first: it alone knows that it
 * loaded the state (a source said `completed` in 12 to 22 of 127 refused loads, LAB-FACTS).
 */
export const hopOutcome = (process: HostProcess, source: Link | null, gap: boolean): HopOutcome => {
  if (process.arrivals.length > 0) return 'completed';
  if (wasRefused(process)) return 'failed';
  const end = endOf(process);
  const lived = showedLife(process);
  const left = gap ? null : (source?.end ?? null);
  if (end?.reason === 'failed' && !lived) return ranAfterDeparture(process, left) ? 'completed' : 'failed';
  if (!lived && source !== null && failedAtSource(process, source)) return 'failed';
  if (left !== null) {
    if (end !== null && !lived && left.at > end.at + CLOCKS_AGREE_MS) return 'failed';
    if (left.reason === 'migrated') return 'completed';
    if (end !== null && !lived && process.starts.length === 0) return 'failed';
    return left.at >= process.openedAt - CLOCKS_AGREE_MS ? 'unconfirmed' : 'in-flight';
  }
  if (end !== null && !lived && process.starts.length === 0) return 'failed';
  // The source runs on and the process is gone: refused, though libvirt before 10.5 gives no reason.
  if (end !== null && !lived && source !== null && !gap) return 'failed';
  return lived || gap || source === null ? 'unconfirmed' : 'in-flight';
};

/** A restore has no other end. libvirt says `started` only once the state is loaded (measured: not when refused). */
export const restoreOutcome = (process: HostProcess): HopOutcome => {
  if (startedAs(process, 'StateRestored')) return 'completed';
  const end = endOf(process);
  const lived = showedLife(process);
  if (wasRefused(process) || (end?.reason === 'failed' && !lived)) return 'failed';
  if (process.prepared !== null && process.launchingAt !== null && startedAs(process, 'ProcessStarted'))
    return 'completed';
  if (process.starts.length > 0 || lived) return 'unconfirmed';
  return end === null ? 'in-flight' : 'failed';
};

const wasRefused = (process: HostProcess): boolean => process.ends.some((mark) => isMark(mark, 'HopFailed'));

/** `failed` long after the guest left its source for here: a QEMU that was killed later, not a load refused. */
const ranAfterDeparture = (process: HostProcess, left: Link['end']): boolean => {
  const end = endOf(process);
  return left?.reason === 'migrated' && end !== null && end.at - left.at > SAME_END_MS;
};

/** The source's monitor saw a hop fail while this process was to receive it. */
const failedAtSource = (process: HostProcess, source: Link): boolean => {
  const closedAt = endOf(process)?.at ?? Number.POSITIVE_INFINITY;
  return source.process.failedDepartures.some(
    ({ at }) => at >= process.openedAt - CLOCKS_AGREE_MS && at <= closedAt + CLOCKS_AGREE_MS,
  );
};
