import type { StopReason } from './events.js';
import { isMark, reasonOf, type ActivityMark, type EndMark, type Mark, type StartMark } from './marks.js';

/** One QEMU process as its host attests to it, by the host's own clock. */
export interface HostProcess {
  readonly host: string;
  readonly openedAt: number;
  /** `migrate begin` or `restore begin` seen. */
  readonly prepared: Mark<'HopPrepared'> | null;
  /** When libvirt went on to make a process; null: not seen. */
  readonly launchingAt: number | null;
  /** `started`, `Started …`, a log's start line: several reports of one start. */
  readonly starts: readonly StartMark[];
  /** Guest state arrived here, in this host's words. */
  readonly arrivals: readonly Mark<'HopCompleted'>[];
  readonly activity: readonly ActivityMark[];
  /** As the source's monitor saw it: hops out of this process that came to nothing. */
  readonly failedDepartures: readonly Mark<'HopFailed'>[];
  /** Several reports of one end. */
  readonly ends: readonly EndMark[];
  /** Another process started here afterwards, so this one ended, unseen. */
  readonly endUnseenBefore: number | null;
}

/** Ends of one process may lie apart: libvirt cleans up between `stopped` and `release`. */
export const SAME_END_MS = 30_000;
/** Hook, event line and log line of one start lie this close together. */
export const SAME_START_MS = 60_000;

/** There was a process, or libvirt was about to make one; else it was only asked for. */
export const isReal = (process: HostProcess): boolean =>
  process.launchingAt !== null || isUp(process) || process.ends.length > 0;

/** Somebody saw it up. */
export const isUp = (process: HostProcess): boolean =>
  process.starts.length > 0 || process.arrivals.length > 0 || process.activity.length > 0;

/** Known only from signs of life or its end; nobody reported its start. */
export const isImplied = (process: HostProcess): boolean =>
  process.starts.length === 0 && process.launchingAt === null && process.prepared === null;

export const startedAs = (process: HostProcess, ...types: readonly StartMark['data']['type'][]): boolean =>
  process.starts.some((mark) => isMark(mark, ...types));

/** It was made to receive guest state, and the host said so. */
export const isIncoming = (process: HostProcess): boolean =>
  process.prepared !== null ||
  process.arrivals.length > 0 ||
  startedAs(process, 'HopStarted', 'StateRestored') ||
  process.ends.some((mark) => isMark(mark, 'HopFailed'));

/**
 * It ran a guest for certain: did something, or ended as only a running guest's process does.
 * An end without a reason (libvirt before 10.5) says nothing, and `failed` also stands for a load refused.
 */
export const showedLife = (process: HostProcess): boolean => {
  const end = endOf(process);
  return process.activity.length > 0 || (end !== null && end.reason !== 'unknown' && end.reason !== 'failed');
};

/** libvirt gave up before the process was up, or it failed at once. */
export const cameToNothing = (process: HostProcess): boolean => {
  const end = endOf(process);
  if (end === null) return false;
  const atOnce = end.at - process.openedAt <= SAME_START_MS;
  return (
    atOnce &&
    !showedLife(process) &&
    process.arrivals.length === 0 &&
    (end.reason === 'failed' || process.starts.length === 0)
  );
};

/** Most telling first: several reports of one end are one end. */
const TELLING: readonly StopReason[] = [
  'migrated',
  'saved',
  'from-snapshot',
  'crashed',
  'destroyed',
  'shutdown',
  'daemon',
  'failed',
  'unknown',
];

export interface ProcessEnd {
  readonly at: number;
  readonly reason: StopReason;
}

/** When and why a process ended; null while it runs. */
export const endOf = (process: HostProcess): ProcessEnd | null => {
  const [first] = process.ends;
  if (first === undefined) {
    return process.endUnseenBefore === null ? null : { at: process.endUnseenBefore, reason: 'unknown' };
  }
  const reasons = process.ends.map(reasonOf);
  return { at: first.at, reason: TELLING.find((reason) => reasons.includes(reason)) ?? 'unknown' };
};
