import type { Effective } from './effective.js';
import {
  endOf,
  isIncoming,
  isUp,
  SAME_END_MS,
  SAME_START_MS,
  startedAs,
  type HostProcess,
} from './host-process.js';
import { isMark, reasonOf, type ActivityMark, type EndMark, type Mark, type StartMark } from './marks.js';

/** `prepare` follows on `migrate begin` within the time that the hook takes; one this old came to nothing. */
const ASKED_HOLDS_MS = 2 * 60_000;
/** QEMU may take its time between `prepare` and `started`: memory to be allocated, storage to be opened. */
const LAUNCH_HOLDS_MS = 10 * 60_000;
/** Event lines trail the hooks of the same host. */
const TRAILING_MS = 3_000;

interface Draft extends HostProcess {
  openedAt: number;
  prepared: Mark<'HopPrepared'> | null;
  launchingAt: number | null;
  readonly starts: StartMark[];
  readonly arrivals: Mark<'HopCompleted'>[];
  readonly activity: ActivityMark[];
  readonly failedDepartures: Mark<'HopFailed'>[];
  readonly ends: EndMark[];
  endUnseenBefore: number | null;
  /** The process that ran here when this one was made to take over from it, on the same host. */
  beneath: Draft | null;
}

/**
 * Sorts what one host says about one VM into processes. Marks come in the host's own order (`byInstant`). A host runs
 * one process of a VM at a time (save while an incoming one takes over on the spot), so starts without an end
 * between them speak of one process, and so do ends without a start between them.
 */
export class HostTimeline {
  private readonly drafts: Draft[] = [];
  /** Being made, or up. */
  private current: Draft | null = null;
  /** Asked for by `migrate begin` or `restore begin`, no process yet: nothing may ever come of it. */
  private asked: Draft | null = null;
  private lastEnded: Draft | null = null;

  constructor(private readonly host: string) {}

  get processes(): readonly HostProcess[] {
    return this.drafts;
  }

  see(mark: Effective): void {
    if (isMark(mark, 'HopPrepared')) this.ask(mark);
    else if (isMark(mark, 'ProcessPrepared')) this.launch(mark.at);
    else if (isMark(mark, 'VmAdopted')) this.adopt(mark);
    else if (isMark(mark, 'ProcessStarted', 'VmLaunched', 'HopStarted', 'StateRestored')) this.start(mark);
    else if (isMark(mark, 'GuestReset', 'DevicePlugged', 'DeviceUnplugged', 'ValueObserved')) this.live(mark);
    else if (isMark(mark, 'StateSaved')) this.save(mark);
    else if (isMark(mark, 'HopCompleted')) this.complete(mark);
    else if (isMark(mark, 'HopFailed')) this.fail(mark);
    else if (isMark(mark, 'VmStopped')) this.end(mark);
  }

  private save(mark: Mark<'StateSaved'>): void {
    if (mark.data.stopped) this.end(mark);
    else this.live(mark);
  }

  private complete(mark: Mark<'HopCompleted'>): void {
    if (mark.data.attestedBy === 'source') this.end(mark);
    else this.arrive(mark);
  }

  private ask(mark: Mark<'HopPrepared'>): void {
    this.asked = this.draft(mark.at);
    this.asked.prepared = mark;
  }

  private launch(at: number): void {
    const asked = this.freshlyAsked(at);
    const current =
      asked !== null
        ? this.enter(asked, at)
        : this.current !== null && isBeingMade(this.current, at)
          ? this.current
          : this.enter(this.draft(at), at);
    current.launchingAt ??= at;
  }

  private adopt(mark: Mark<'VmAdopted'>): void {
    (this.current ?? this.enter(this.draft(mark.at), mark.at)).starts.push(mark);
  }

  private start(mark: Exclude<StartMark, Mark<'VmAdopted'>>): void {
    const { current } = this;
    const asked = isMark(mark, 'VmLaunched') ? null : this.freshlyAsked(mark.at);
    if (current !== null && isLaunching(current)) this.startBeingMade(current, mark);
    else if (asked !== null) this.enter(asked, mark.at).starts.push(mark);
    else if (current !== null && isSameStart(current, mark)) this.startBeingMade(current, mark);
    else if (current === null && this.trailsRefusal(mark)) this.lastEnded?.starts.push(mark);
    else this.enter(this.draft(mark.at), mark.at, isMark(mark, 'HopStarted')).starts.push(mark);
  }

  /** A cold boot after all: the `migrate begin` before it moved only the definition, and came to nothing here. */
  private startBeingMade(current: Draft, mark: StartMark): void {
    if (isMark(mark, 'VmLaunched') && current.prepared !== null && !startedAs(current, 'HopStarted')) {
      const asked = this.draft(current.openedAt);
      asked.prepared = current.prepared;
      current.prepared = null;
      current.openedAt = current.launchingAt ?? current.starts[0]?.at ?? mark.at;
    }
    current.starts.push(mark);
  }

  private arrive(mark: Mark<'HopCompleted'>): void {
    const { current, lastEnded } = this;
    const asked = this.freshlyAsked(mark.at);
    if (current !== null && mayArrive(current, mark.at)) current.arrivals.push(mark);
    else if (asked !== null) this.enter(asked, mark.at).arrivals.push(mark);
    else if (current === null && lastEnded !== null && isIncoming(lastEnded) && this.trails(mark.at)) {
      lastEnded.arrivals.push(mark);
    } else this.enter(this.draft(mark.at), mark.at).arrivals.push(mark);
  }

  /** A sign of life: of the process at hand, of one that just ended, or of one nobody reported. */
  private live(mark: ActivityMark): void {
    const { current, lastEnded } = this;
    if (current !== null) current.activity.push(mark);
    else if (lastEnded !== null && this.trails(mark.at)) lastEnded.activity.push(mark);
    else this.enter(this.freshlyAsked(mark.at) ?? this.draft(mark.at), mark.at).activity.push(mark);
  }

  /** The end of an incoming process; of one that holds a guest, only a hop that did not come off. */
  private fail(mark: Mark<'HopFailed'>): void {
    const { current } = this;
    if (current !== null && holdsForCertain(current)) current.failedDepartures.push(mark);
    else this.end(mark);
  }

  private end(mark: EndMark): void {
    const { current, lastEnded } = this;
    if (current?.beneath != null && isTakeover(mark, current)) {
      current.beneath.endUnseenBefore = null;
      current.beneath.ends.push(mark);
    } else if (current !== null) {
      this.close(
        lastEnded !== null && this.belongsToEnded(mark, current, lastEnded) ? lastEnded : current,
        mark,
      );
    } else this.endUnmatched(mark);
  }

  /** An end with no process at hand: another report of the last one's, or of a process nobody reported. */
  private endUnmatched(mark: EndMark): void {
    const { lastEnded } = this;
    const since = lastEnded === null ? Number.POSITIVE_INFINITY : mark.at - endedAt(lastEnded);
    const reason = reasonOf(mark);
    const asked = reason === 'failed' || reason === 'unknown' ? this.freshlyAsked(mark.at) : null;
    if (lastEnded !== null && (since <= TRAILING_MS || (asked === null && since <= SAME_END_MS))) {
      this.close(lastEnded, mark);
    } else this.close(this.enter(asked ?? this.draft(mark.at), mark.at), mark);
  }

  /** An event line may trail so far behind the hooks that the next process is being made already. */
  private belongsToEnded(mark: EndMark, current: Draft, lastEnded: Draft): boolean {
    if (!this.trails(mark.at)) return false;
    const reason = reasonOf(mark);
    if (lastEnded.beneath === current) return reason === 'failed' || reason === 'unknown';
    if (isUp(current) || reason === 'unknown') return false;
    const told = lastEnded.ends.map(reasonOf).filter((known) => known !== 'unknown');
    return told.includes(reason) || (told.length === 0 && reason !== 'failed');
  }

  private close(draft: Draft, mark: EndMark): void {
    draft.ends.push(mark);
    if (this.current === draft) this.current = null;
    this.lastEnded = draft;
    const { beneath } = draft;
    const failed = draft.arrivals.length === 0 && draft.ends.some((end) => reasonOf(end) === 'failed');
    if (beneath === null || !failed || beneath.ends.length > 0 || this.current !== null) return;
    // It never took over: the process that it was to relieve runs on.
    beneath.endUnseenBefore = null;
    this.current = beneath;
  }

  private draft(at: number): Draft {
    const draft: Draft = {
      host: this.host,
      openedAt: at,
      prepared: null,
      launchingAt: null,
      starts: [],
      arrivals: [],
      activity: [],
      failedDepartures: [],
      ends: [],
      endUnseenBefore: null,
      beneath: null,
    };
    this.drafts.push(draft);
    return draft;
  }

  /** Makes a draft the process at hand. libvirt never runs two processes of one VM, so its own never take over. */
  private enter(draft: Draft, at: number, takesOver = draft.prepared?.data.via === 'migration'): Draft {
    const previous = this.current;
    if (draft === this.asked) this.asked = null;
    if (previous !== null) {
      previous.endUnseenBefore = at;
      this.lastEnded = previous;
      draft.beneath = takesOver && isUp(previous) ? previous : null;
    }
    this.current = draft;
    return draft;
  }

  private freshlyAsked(at: number): Draft | null {
    const { asked } = this;
    return asked !== null && at - asked.openedAt <= ASKED_HOLDS_MS ? asked : null;
  }

  private trails(at: number): boolean {
    return this.lastEnded !== null && at - endedAt(this.lastEnded) <= TRAILING_MS;
  }

  /** `Started Migrated` of a process that was refused and gone before the line came. */
  private trailsRefusal(mark: StartMark): boolean {
    const { lastEnded } = this;
    if (lastEnded === null || !isMark(mark, 'HopStarted') || !this.trails(mark.at)) return false;
    const reason = endOf(lastEnded)?.reason;
    return (
      lastEnded.prepared !== null &&
      lastEnded.arrivals.length === 0 &&
      !startedAs(lastEnded, 'HopStarted') &&
      (reason === 'failed' || reason === 'unknown')
    );
  }
}

const isLaunching = (draft: Draft): boolean => draft.launchingAt !== null && !isUp(draft);

const endedAt = (draft: Draft): number =>
  draft.ends.at(-1)?.at ?? draft.endUnseenBefore ?? Number.NEGATIVE_INFINITY;

/** A log's start line falls between `prepare` and `start`: up already, and still the same start. */
const isBeingMade = (draft: Draft, at: number): boolean => {
  if (!isUp(draft)) return draft.launchingAt !== null && at - draft.launchingAt <= LAUNCH_HOLDS_MS;
  const [start] = draft.starts;
  return start !== undefined && at - start.at <= SAME_START_MS && !startedAs(draft, 'ProcessStarted');
};

/** Another report of the start that made this process. */
const isSameStart = (draft: Draft, mark: StartMark): boolean => {
  const cold = isMark(mark, 'VmLaunched');
  if (cold ? draft.arrivals.length > 0 || startedAs(draft, 'HopStarted', 'StateRestored') : false)
    return false;
  if (!cold && !isMark(mark, 'ProcessStarted') && startedAs(draft, 'VmLaunched')) return false;
  const [start] = draft.starts;
  if (start === undefined) return !cold && mark.at - draft.openedAt <= TRAILING_MS;
  return mark.at - start.at <= (draft.activity.length > 0 ? TRAILING_MS : SAME_START_MS);
};

/** Whether an arrival reported now can be this process's own. */
const mayArrive = (draft: Draft, at: number): boolean => {
  const [arrival] = draft.arrivals;
  if (arrival !== undefined) return at - arrival.at <= SAME_START_MS;
  if (startedAs(draft, 'VmLaunched', 'StateRestored')) return false;
  if (isIncoming(draft) || !isUp(draft)) return true;
  return draft.starts.length > 0 ? draft.activity.length === 0 : at - draft.openedAt <= TRAILING_MS;
};

const holdsForCertain = (draft: Draft): boolean =>
  draft.arrivals.length > 0 ||
  draft.activity.length > 0 ||
  startedAs(draft, 'VmLaunched', 'VmAdopted', 'StateRestored');

/** The guest left the process beneath for this one, on the same host. */
const isTakeover = (mark: EndMark, { launchingAt, arrivals, beneath }: Draft): boolean => {
  const [arrival] = arrivals;
  return (
    isMark(mark, 'HopCompleted') &&
    launchingAt === null &&
    beneath?.ends.length === 0 &&
    (arrival === undefined || mark.at - arrival.at <= TRAILING_MS)
  );
};
