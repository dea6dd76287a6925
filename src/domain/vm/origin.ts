import { endOf, isImplied, isIncoming, isReal, isUp, startedAs, type HostProcess } from './host-process.js';
import type { Link } from './link.js';
import { isMark } from './marks.js';
import { hopOutcome, restoreOutcome } from './outcome.js';
import { restorableBy } from './saved-state-refs.js';
import {
  CLOCKS_AGREE_MS,
  lastDeparted,
  lastHolder,
  runningAt,
  wasPoweredOff,
  wentOnAndEnded,
} from './whereabouts.js';

/** Tells how a process came to be, given those before it. What was said of it counts before what follows. */
export const linkProcess = (
  process: HostProcess,
  id: string,
  earlier: readonly Link[],
  uuid: string,
): Link => {
  const running = runningAt(process, earlier);
  const base: Base = {
    process,
    id,
    end: endOf(process),
    gap: false,
    parent: null,
    savedStates: [],
    outcome: null,
    refusals: [],
  };
  if (!isReal(process)) return askedFor(base, running);
  if (isRestore(process, running, earlier)) return restoreLink(base, earlier, uuid);
  if (isIncoming(process) && !isBootAfterOfflineMove(process, running, earlier)) {
    return hopLink(base, running, earlier, true);
  }
  if (startedAs(process, 'VmLaunched')) return { ...base, origin: 'cold-boot', attested: true };
  if (isImplied(process) || isOnlyAdopted(process)) return adoptedLink(base, running, earlier);
  const holder = running === null || wentOnAndEnded(running, earlier) ? null : running;
  if (holder !== null && isUnannouncedHop(process, holder)) return hopLink(base, holder, earlier, false);
  // libvirt's hooks always say `migrate begin` or `restore begin` before; their silence attests to a cold boot.
  const attested = process.launchingAt !== null && process.prepared === null && holder === null;
  return { ...base, origin: 'cold-boot', attested };
};

type Base = Omit<Link, 'origin' | 'attested'>;

const askedFor = (base: Base, running: Link | null): Link =>
  base.process.prepared?.data.via === 'restore'
    ? { ...base, origin: 'restore', attested: true, outcome: 'prepared' }
    : { ...base, origin: 'hop', attested: true, outcome: 'prepared', parent: running?.id ?? null };

const isRestore = (process: HostProcess, running: Link | null, earlier: readonly Link[]): boolean =>
  startedAs(process, 'StateRestored') ||
  process.prepared?.data.via === 'restore' ||
  process.starts.some((mark) => isMark(mark, 'HopStarted') && mark.data.via === 'restore') ||
  // A log's `-incoming` serves both: of a guest that was saved and runs nowhere, it was the file.
  (startedAs(process, 'HopStarted') &&
    process.prepared === null &&
    process.arrivals.length === 0 &&
    running === null &&
    lastHolder(earlier)?.end?.reason === 'saved');

const restoreLink = (base: Base, earlier: readonly Link[], uuid: string): Link => {
  const savedStates = restorableBy(base.process, earlier, uuid);
  const gap = savedStates.length === 0;
  return {
    ...base,
    origin: 'restore',
    attested: true,
    savedStates,
    gap,
    outcome: restoreOutcome(base.process),
  };
};

const hopLink = (base: Base, running: Link | null, earlier: readonly Link[], attested: boolean): Link => {
  const from = running ?? lastDeparted(earlier);
  const gap = running === null;
  const outcome = hopOutcome(base.process, from, gap);
  return { ...base, origin: 'hop', attested, parent: from?.id ?? null, gap, outcome };
};

/**
 * Up, its start unseen: it came from the process that ran last, if that one left or still runs elsewhere; else from
 * nowhere known.
 */
const adoptedLink = (base: Base, running: Link | null, earlier: readonly Link[]): Link => {
  const from = running ?? lastDeparted(earlier);
  return from === null || from.process.host === base.process.host
    ? { ...base, origin: 'adopted', attested: false }
    : hopLink(base, running, earlier, false);
};

const isOnlyAdopted = ({ starts, launchingAt }: HostProcess): boolean =>
  launchingAt === null && starts.length > 0 && starts.every((mark) => isMark(mark, 'VmAdopted'));

/**
 * Offline migration calls `migrate begin` too, for the definition alone, and so does a hop that is refused; the boot after
 * it looks like an arrival.
 */
const isBootAfterOfflineMove = (
  process: HostProcess,
  running: Link | null,
  earlier: readonly Link[],
): boolean => {
  const last = running === null || wentOnAndEnded(running, earlier) ? lastHolder(earlier) : running;
  return (
    last !== null &&
    (running === null || endedBefore(last, process)) &&
    wasPoweredOff(last) &&
    isUp(process) &&
    process.arrivals.length === 0 &&
    process.ends.every((mark) => !isMark(mark, 'HopFailed')) &&
    !startedAs(process, 'HopStarted')
  );
};

/** It was over before the process was made: what is asked for while the guest runs is made while the guest runs. */
const endedBefore = ({ end }: Link, { launchingAt }: HostProcess): boolean =>
  end !== null && launchingAt !== null && end.at < launchingAt;

/**
 * A start of which nobody said the kind, while the guest ran elsewhere. Without libvirt's hooks it is a hop. With
 * them it is the cold boot they show (the other host died, and cannot say so), unless the other end left or lived on.
 */
const isUnannouncedHop = (process: HostProcess, running: Link): boolean => {
  if (process.launchingAt === null)
    return !wasPoweredOff(running) || (running.end?.at ?? 0) >= process.openedAt;
  return (
    running.end?.reason === 'migrated' ||
    running.process.activity.some(({ at }) => at > process.openedAt + CLOCKS_AGREE_MS)
  );
};
