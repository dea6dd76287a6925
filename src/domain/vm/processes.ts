import type { Effective } from './effective.js';
import { instantOf } from './instant.js';
import type { StopReason, VmEvent, VmEventType } from './events.js';

/**
 * One host's view of one VM: its QEMU processes there, one after the other, built from what that host attests
 * by its own clock. A host runs at most one process of a VM at a time, so starts without an end between them
 * speak of one process, and so do ends without a start between them.
 */
export interface HostProcess {
  readonly host: string;
  readonly openedAt: number;
  /** `migrate begin` or `restore begin` seen. */
  readonly prepared: Mark<'HopPrepared'> | null;
  /** libvirt went on to make a process. */
  readonly launching: boolean;
  /** `started`, `Started …`, a log's start line, or any sign of life. */
  readonly starts: readonly StartMark[];
  /** Known only from a sign of life; nobody reported its start. */
  readonly implied: boolean;
  readonly arrivals: readonly Mark<'HopCompleted'>[];
  readonly activity: readonly ActivityMark[];
  readonly ends: readonly EndMark[];
  /** Another process started here afterwards, so this one ended, unseen. */
  readonly endUnseenBefore: number | null;
}

export type Mark<T extends VmEventType> = Effective<Extract<VmEvent, { type: T }>> & { readonly at: number };
export type StartMark = Mark<'ProcessStarted' | 'VmLaunched' | 'HopStarted' | 'StateRestored' | 'VmAdopted'>;
export type ActivityMark = Mark<'GuestReset' | 'DevicePlugged' | 'DeviceUnplugged' | 'ValueObserved' | 'StateSaved'>;
export type EndMark = Mark<'VmStopped' | 'HopCompleted' | 'HopFailed' | 'StateSaved'>;
type AnyMark = Effective & { readonly at: number };

/** A `migrate begin` belongs to the `prepare` that follows at once; one this old came to nothing (refused, offline). */
const PREPARED_HOLDS_MS = 10 * 60_000;
/** Hook, event line and log line of one start lie this close together. */
const SAME_START_MS = 60_000;
/** Event lines trail the hooks of the same host. */
const TRAILING_MS = 3_000;
/** Ends of one process may lie apart: libvirt cleans up between `stopped` and `release`. */
const SAME_END_MS = 30_000;

interface Draft {
  host: string;
  openedAt: number;
  prepared: Mark<'HopPrepared'> | null;
  launching: boolean;
  starts: StartMark[];
  implied: boolean;
  arrivals: Mark<'HopCompleted'>[];
  activity: ActivityMark[];
  ends: EndMark[];
  endUnseenBefore: number | null;
  closed: boolean;
}

/** Order of marks at the same millisecond of one host. */
const RANK: Readonly<Record<VmEventType, number>> = {
  HopPrepared: 0,
  ProcessPrepared: 1,
  ProcessStarted: 2,
  VmLaunched: 3,
  HopStarted: 3,
  StateRestored: 3,
  VmAdopted: 3,
  HopCompleted: 5,
  GuestReset: 4,
  DevicePlugged: 4,
  DeviceUnplugged: 4,
  ValueObserved: 4,
  StateSaved: 6,
  HopFailed: 7,
  VmStopped: 7,
  OriginAsserted: 8,
  AdviceGiven: 8,
  EventCorrected: 9,
  EventRetracted: 9,
};

export const byInstant = (a: AnyMark, b: AnyMark): number =>
  a.at - b.at || RANK[a.data.type] - RANK[b.data.type] || (a.id < b.id ? -1 : 1);

/** All processes of a VM, host by host, in the order they opened. */
export const processesOf = (events: readonly Effective[]): readonly HostProcess[] => {
  const hosts = new Map<string, HostTimeline>();
  const marks = events.map((event) => ({ ...event, at: instantOf(event.metadata) })).sort(byInstant);
  for (const mark of marks) {
    if (mark.data.type === 'EventCorrected' || mark.data.type === 'EventRetracted') continue;
    const { host } = mark.data;
    const timeline = hosts.get(host) ?? new HostTimeline(host);
    hosts.set(host, timeline);
    timeline.see(mark);
  }
  return [...hosts.values()]
    .flatMap((timeline) => timeline.drafts)
    .sort((a, b) => a.openedAt - b.openedAt || (a.host < b.host ? -1 : 1));
};

class HostTimeline {
  readonly drafts: Draft[] = [];
  constructor(private readonly host: string) {}

  see(mark: AnyMark): void {
    switch (mark.data.type) {
      case 'HopPrepared':
        this.open(mark.at).prepared = mark as Mark<'HopPrepared'>;
        return;
      case 'ProcessPrepared':
        this.launching(mark.at).launching = true;
        return;
      case 'ProcessStarted':
      case 'VmLaunched':
      case 'HopStarted':
      case 'StateRestored':
      case 'VmAdopted':
        this.start(mark as StartMark);
        return;
      case 'HopCompleted':
        if (mark.data.attestedBy === 'source') this.end(mark as EndMark);
        else this.alive(mark.at).arrivals.push(mark as Mark<'HopCompleted'>);
        return;
      case 'GuestReset':
      case 'DevicePlugged':
      case 'DeviceUnplugged':
      case 'ValueObserved':
        this.alive(mark.at).activity.push(mark as ActivityMark);
        return;
      case 'StateSaved':
        if (mark.data.stopped) this.end(mark as EndMark);
        else this.alive(mark.at).activity.push(mark as ActivityMark);
        return;
      case 'HopFailed':
      case 'VmStopped':
        this.end(mark as EndMark);
        return;
      default:
        return;
    }
  }

  private get last(): Draft | undefined {
    return this.drafts.at(-1);
  }
  private get current(): Draft | undefined {
    return this.last?.closed === false ? this.last : undefined;
  }

  private open(at: number): Draft {
    const previous = this.current;
    if (previous !== undefined) {
      previous.closed = true;
      if (previous.launching || previous.starts.length > 0 || previous.implied) previous.endUnseenBefore = at;
    }
    const draft: Draft = {
      host: this.host,
      openedAt: at,
      prepared: null,
      launching: false,
      starts: [],
      implied: false,
      arrivals: [],
      activity: [],
      ends: [],
      endUnseenBefore: null,
      closed: false,
    };
    this.drafts.push(draft);
    return draft;
  }

  /** The process being made now: the open one, unless it is up for long or its `migrate begin` came to nothing. */
  private launching(at: number): Draft {
    const { current } = this;
    if (current === undefined || isStale(current, at)) return this.open(at);
    // A log's start line falls between `prepare` and `start`: up already, and still the same start.
    return isUp(current) && at - firstStart(current) > SAME_START_MS ? this.open(at) : current;
  }

  private start(mark: StartMark): void {
    const { current } = this;
    if (current === undefined) this.open(mark.at).starts.push(mark);
    else if (mark.data.type === 'VmAdopted') current.starts.push(mark);
    else if (!isUp(current)) {
      const coldAfterAll = mark.data.type === 'VmLaunched' && !current.launching && current.prepared !== null;
      (isStale(current, mark.at) || coldAfterAll ? this.open(mark.at) : current).starts.push(mark);
    } else if (current.implied || mark.at - firstStart(current) <= SAME_START_MS) current.starts.push(mark);
    else this.open(mark.at).starts.push(mark);
  }

  /** A sign of life: of the running process, of one that just ended, or of one nobody reported. */
  private alive(at: number): Draft {
    const { current, last } = this;
    if (current !== undefined && (isUp(current) || current.launching)) return current;
    if (last?.closed === true && at - endedAt(last) <= TRAILING_MS) return last;
    const draft = current ?? this.open(at);
    draft.implied = true;
    return draft;
  }

  private end(mark: EndMark): void {
    const { current, last } = this;
    if (current !== undefined) {
      const before = this.drafts.at(-2);
      const trailing = !current.launching && !isUp(current) && before !== undefined && mark.at - endedAt(before) <= TRAILING_MS;
      if (trailing) {
        before.ends.push(mark);
        return;
      }
      current.ends.push(mark);
      current.closed = true;
      return;
    }
    if (last !== undefined && mark.at - endedAt(last) <= SAME_END_MS) last.ends.push(mark);
    else {
      const draft = this.open(mark.at);
      draft.implied = true;
      draft.ends.push(mark);
      draft.closed = true;
    }
  }
}

const isUp = (draft: Draft): boolean => draft.starts.length > 0 || draft.implied;
const isStale = (draft: Draft, at: number): boolean =>
  draft.prepared !== null && !draft.launching && at - draft.openedAt > PREPARED_HOLDS_MS;
const firstStart = (draft: Draft): number => draft.starts[0]?.at ?? draft.openedAt;
const endedAt = (draft: Draft): number => draft.endUnseenBefore ?? draft.ends.at(-1)?.at ?? Number.NEGATIVE_INFINITY;

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

const reasonOf = (mark: EndMark): StopReason => {
  switch (mark.data.type) {
    case 'HopCompleted':
      return 'migrated';
    case 'StateSaved':
      return 'saved';
    case 'HopFailed':
      return 'failed';
    case 'VmStopped':
      return mark.data.reason;
  }
};

/** When and why a process ended; null while it runs. */
export const endOf = (process: HostProcess): { readonly at: number; readonly reason: StopReason } | null => {
  const [first] = process.ends;
  if (first === undefined) {
    return process.endUnseenBefore === null ? null : { at: process.endUnseenBefore, reason: 'unknown' };
  }
  const reasons = process.ends.map(reasonOf);
  return { at: first.at, reason: TELLING.find((reason) => reasons.includes(reason)) ?? 'unknown' };
};
