import { endOf, type HostProcess } from './processes.js';
import type { StopReason } from './events.js';

/**
 * How a process came to be, and from which other one. The graph of a VM: processes, hops, saved states.
 */
export interface Link {
  readonly process: HostProcess;
  /** `<host>/<when it opened>`: stable for one set of events. */
  readonly id: string;
  readonly origin: 'cold-boot' | 'hop' | 'restore' | 'adopted';
  /** Somebody said so, or it follows from what else is known. */
  readonly attested: boolean;
  /** The process that the state came from; null: none, or not known. */
  readonly parent: string | null;
  /** The state passed through a process that nobody reported. */
  readonly gap: boolean;
  /** For `restore`: the saved states it can have come from, likeliest first. */
  readonly savedStates: readonly SavedStateRef[];
  /** For hops and restores; null for the others. */
  readonly outcome: HopOutcome | null;
  readonly end: { readonly at: number; readonly reason: StopReason } | null;
}

/**
 * `prepared`: asked for, no process came of it. `in-flight`: a process is up, nothing said of arrival.
 * `unconfirmed`: it must have arrived, though neither end said so. */
export type HopOutcome = 'prepared' | 'in-flight' | 'completed' | 'unconfirmed' | 'failed';

export interface SavedStateRef {
  /** The reporter's name, or `<host>/<when saved>`. */
  readonly id: string;
  readonly at: number;
  readonly process: string;
}

/** Two hosts' clocks, unmeasured, may differ by this much before an overlap is doubted. */
const CLOCKS_AGREE_MS = 2_000;

const iso = (at: number): string => new Date(at).toISOString();
const idOf = (process: HostProcess): string => `${process.host}/${iso(process.openedAt)}`;
const isReal = (process: HostProcess): boolean =>
  process.launching || process.starts.length > 0 || process.implied || process.arrivals.length > 0;

/** Links every process to where its state came from. `processes` in the order they opened, as `processesOf` gives them. */
export const linkProcesses = (processes: readonly HostProcess[]): readonly Link[] => {
  const links: Link[] = [];
  for (const process of processes) links.push(link(process, links));
  return settle(links);
};

const link = (process: HostProcess, earlier: readonly Link[]): Link => {
  const base = { process, id: idOf(process), end: endOf(process), gap: false, parent: null, savedStates: [], outcome: null };
  const says = (type: string): boolean => process.starts.some(({ data }) => data.type === type);
  const incomingVia = process.starts.find(({ data }) => data.type === 'HopStarted');
  const saved = savedBefore(process, earlier);
  const running = runningAt(process, earlier);

  if (!isReal(process)) {
    const from = process.prepared?.data.via === 'restore' ? {} : { parent: running?.id ?? null };
    return { ...base, ...from, origin: process.prepared?.data.via === 'restore' ? 'restore' : 'hop', attested: true, outcome: 'prepared' };
  }
  const restoring =
    says('StateRestored') ||
    process.prepared?.data.via === 'restore' ||
    (incomingVia?.data.type === 'HopStarted' && incomingVia.data.via === 'restore') ||
    // A log's `-incoming` serves both; with no process to come from, it was a file.
    (incomingVia !== undefined && process.prepared === null && process.arrivals.length === 0 && running === null && saved.length > 0);
  if (restoring) {
    return { ...base, origin: 'restore', attested: true, savedStates: saved, outcome: 'in-flight', gap: saved.length === 0 };
  }
  if (process.prepared !== null || incomingVia !== undefined || process.arrivals.length > 0) {
    const gap = running === null;
    return { ...base, origin: 'hop', attested: true, parent: (running ?? lastDeparted(process, earlier))?.id ?? null, gap, outcome: 'in-flight' };
  }
  if (says('VmLaunched')) return { ...base, origin: 'cold-boot', attested: true };
  if (process.implied || says('VmAdopted')) return adopt(base, process, earlier, running);
  // Only a start, of which kind nobody said. A VM cannot be booted while it runs elsewhere.
  if (running !== null) return { ...base, origin: 'hop', attested: false, parent: running.id, outcome: 'in-flight' };
  return { ...base, origin: 'cold-boot', attested: true };
};

/** Running, its start unseen: it came from the process that ran last, if that one left or still runs; else from nowhere known. */
const adopt = (
  base: Omit<Link, 'origin' | 'attested'>,
  process: HostProcess,
  earlier: readonly Link[],
  running: Link | null,
): Link => {
  const from = running ?? lastDeparted(process, earlier);
  if (from === null || from.process.host === process.host) return { ...base, origin: 'adopted', attested: false };
  return { ...base, origin: 'hop', attested: false, parent: from.id, gap: running === null, outcome: 'in-flight' };
};

/** The process elsewhere that held the guest when this one opened. */
const runningAt = (process: HostProcess, earlier: readonly Link[]): Link | null =>
  earlier.findLast(
    (other) =>
      other.process.host !== process.host &&
      isReal(other.process) &&
      !isDeadIncoming(other) &&
      (other.end === null || other.end.at >= process.openedAt - CLOCKS_AGREE_MS),
  ) ?? null;

/** An incoming process that failed never held the guest. */
const isDeadIncoming = (other: Link): boolean =>
  (other.origin === 'hop' || other.origin === 'restore') && other.end?.reason === 'failed' && other.process.arrivals.length === 0;

/** The last process, when it went elsewhere, or may have. */
const lastDeparted = (process: HostProcess, earlier: readonly Link[]): Link | null => {
  const last = earlier.findLast((other) => isReal(other.process) && !isDeadIncoming(other) && other.process.host !== process.host);
  return last !== undefined && (last.end === null || last.end.reason === 'migrated' || last.end.reason === 'unknown') ? last : null;
};

const savedBefore = (process: HostProcess, earlier: readonly Link[]): readonly SavedStateRef[] => {
  const named = process.starts.map(({ data }) => (data.type === 'StateRestored' ? data.savedState : null)).find((name) => name !== null);
  const all = earlier.flatMap(savedStatesOf).sort((a, b) => b.at - a.at);
  const before = all.filter(({ at }) => at <= process.openedAt + CLOCKS_AGREE_MS);
  return named === null || named === undefined ? before : before.filter(({ id }) => id === named);
};

/** The states saved from a process. Several reports of one save are one. */
export const savedStatesOf = (link: Link): readonly SavedStateRef[] => {
  const refs: SavedStateRef[] = [];
  for (const { data, at } of link.process.activity) {
    if (data.type === 'StateSaved') refs.push({ id: data.savedState ?? `${link.process.host}/${iso(at)}`, at, process: link.id });
  }
  if (link.end?.reason === 'saved') {
    const named = link.process.ends.map(({ data }) => (data.type === 'StateSaved' ? data.savedState : null)).find((name) => name !== null);
    refs.push({ id: named ?? `${link.process.host}/${iso(link.end.at)}`, at: link.end.at, process: link.id });
  }
  return refs;
};

/** Decides what became of each hop, once both ends are known. */
const settle = (links: readonly Link[]): readonly Link[] => {
  const byId = new Map(links.map((entry) => [entry.id, entry]));
  const settled = links.map((entry) =>
    entry.outcome === 'in-flight' ? { ...entry, outcome: outcomeOf(entry, entry.parent === null ? undefined : byId.get(entry.parent)) } : entry,
  );
  return onlyOneArrival(settled);
};

const outcomeOf = (entry: Link, source: Link | undefined): HopOutcome => {
  const { process, end } = entry;
  if (process.arrivals.length > 0) return 'completed';
  if (process.ends.some(({ data }) => data.type === 'HopFailed') || end?.reason === 'failed') return 'failed';
  const lived = process.activity.length > 0 || (end !== null && end.reason !== 'unknown');
  if (entry.origin === 'restore') return restoreOutcome(entry, lived);
  if (source?.end === null && end !== null && !lived) return 'failed';
  const left = source?.end ?? null;
  if (left !== null && !entry.gap) {
    if (end !== null && !lived && left.at > end.at + CLOCKS_AGREE_MS) return 'failed';
    if (left.reason === 'migrated') return 'completed';
    return left.at >= process.openedAt - CLOCKS_AGREE_MS ? 'unconfirmed' : 'in-flight';
  }
  return lived || entry.gap || source === undefined ? 'unconfirmed' : 'in-flight';
};

/** A restore has no other end: a process that came up and was not given up holds the state. */
const restoreOutcome = (entry: Link, lived: boolean): HopOutcome => {
  if (entry.process.starts.some(({ data }) => data.type === 'StateRestored')) return 'completed';
  if (entry.process.starts.length === 0 && entry.end !== null && !lived) return 'failed';
  return 'unconfirmed';
};

/** A source is left once: where several incoming processes claim its departure, the last one up at the time has it. */
const onlyOneArrival = (links: readonly Link[]): readonly Link[] => {
  const arrivedFrom = new Map<string, Link>();
  for (const entry of links) {
    if (entry.origin !== 'hop' || entry.parent === null) continue;
    if (entry.outcome === 'completed' || entry.outcome === 'unconfirmed') arrivedFrom.set(entry.parent, entry);
  }
  return links.map((entry) => {
    if (entry.parent === null || entry.origin !== 'hop') return entry;
    const arrived = arrivedFrom.get(entry.parent);
    const claims = entry.outcome === 'completed' || entry.outcome === 'unconfirmed';
    const lived = entry.process.arrivals.length > 0 || entry.process.activity.length > 0;
    return claims && arrived !== undefined && arrived.id !== entry.id && !lived && entry.end !== null
      ? { ...entry, outcome: 'failed' as const }
      : entry;
  });
};
