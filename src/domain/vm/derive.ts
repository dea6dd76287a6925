import type { Catalogue } from '../catalogue/catalogue.js';
import { groupBy } from '../group-by.js';
import { NO_HOSTS, type HostDirectory } from '../host/directory.js';
import type { TierPolicy } from '../hop/tier-policy.js';
import type { Recorded } from './envelope.js';
import { effectiveEvents, type Effective } from './effective.js';
import { doubt, evaluate, type Evaluated } from './evaluate.js';
import { hopsOf } from './hops.js';
import { leftoversOf } from './leftovers.js';
import { linkProcesses } from './lineage.js';
import { holdsGuest, type Link } from './link.js';
import type { Carried } from './carried.js';
import type { Labels } from './events.js';
import { machineTypeOf } from './machine-type-of.js';
import { byInstant, isMark } from './marks.js';
import { processesOf } from './processes.js';
import type { PowerCycle, SavedState, Vm } from './vm.js';

/** What the fold needs beside the events. */
export interface Knowledge {
  readonly catalogue: Catalogue;
  readonly hosts: HostDirectory;
  /** What the site makes of hops that nobody promises. It changes verdicts, nothing that is derived. */
  readonly tiers?: TierPolicy | undefined;
}

/** As of an instant of the hosts' time: what was true then, by all that is known now. */
export interface DeriveOptions {
  readonly asOf?: number;
}

/** A VM's history with its processes joined: all that can be told of it without a catalogue. */
export interface Lineage {
  readonly uuid: string;
  /** The events that count. */
  readonly counting: readonly Effective[];
  readonly links: readonly Link[];
}

export const lineageOf = (
  uuid: string,
  events: readonly Recorded[],
  { asOf }: DeriveOptions = {},
): Lineage => {
  const counting = effectiveEvents(events).filter(({ at }) => asOf === undefined || at <= asOf);
  return { uuid, counting, links: linkProcesses(processesOf(counting), uuid) };
};

/**
 * The fold. A VM from its events: pure, and the same whatever order the events were recorded in, however often.
 * The same function serves the hook, the views, as-of queries, the CLI and the tests.
 */
export const deriveVm = (
  uuid: string,
  events: readonly Recorded[],
  knowledge: Knowledge,
  options: DeriveOptions = {},
): Vm => deriveFrom(lineageOf(uuid, events, options), knowledge);

/** The rest of the fold: what the processes carried. */
export const deriveFrom = ({ uuid, counting, links }: Lineage, knowledge: Knowledge): Vm => {
  const processes = evaluate(links, counting, knowledge);
  const last = processes.findLast(({ link }) => holdsGuest(link));
  const current = last?.link.end === null ? last : undefined;
  const savedStates = savedStatesFrom(processes);
  const state = stateOf(links);
  return {
    uuid,
    ...namesOf(counting),
    labels: labelsOf(counting),
    state,
    current: current === undefined ? null : current.view,
    processes: processes.filter(({ link }) => link.outcome !== 'prepared').map(({ view }) => view),
    powerCycles: powerCyclesOf(processes),
    hops: hopsOf(processes, counting),
    savedStates,
    leftovers: leftoversOf(processes, current, knowledge.catalogue),
    carried: last === undefined ? [] : carriedBy(last, state),
    ...seenAt(counting),
  };
};

/**
 * `last` is the process that held the guest last: an older one without an end was left or lost, unreported.
 * An end without a reason may be a departure as well as a power-off (libvirt before 10.5), so it leaves both open.
 */
export const stateOf = (links: readonly Link[]): Vm['state'] => {
  const last = links.findLast(holdsGuest);
  if (last === undefined) return 'unknown';
  if (last.end === null) {
    const leaving = links.some(
      ({ outcome, parent, end }) => outcome === 'in-flight' && end === null && parent === last.id,
    );
    return leaving ? 'migrating' : 'running';
  }
  switch (last.end.reason) {
    case 'saved':
      return 'saved';
    case 'migrated':
    case 'unknown':
      return 'unknown';
    default:
      return 'stopped';
  }
};

const carriedBy = ({ view, source, link }: Evaluated, state: Vm['state']): Carried => {
  if (link.end === null) return view.carried;
  if (state === 'saved') return source.carried;
  // It runs on somewhere, and what it carries must not be forgotten for want of a report.
  return link.end.reason === 'migrated' ? source.carried.map(doubt) : [];
};

const savedStatesFrom = (processes: readonly Evaluated[]): readonly SavedState[] =>
  processes
    .flatMap((process) =>
      process.saved.map(({ ref, source }) => ({
        id: ref.id,
        savedAt: new Date(ref.at).toISOString(),
        host: process.link.process.host,
        process: process.link.id,
        build: process.view.build,
        configuration: source.holder.configuration,
        carried: source.carried,
        restoredBy: processes
          .filter(({ restored }) => restored?.ref.id === ref.id && restored.ref.at === ref.at)
          .map(({ link }) => link.id),
      })),
    )
    .sort((a, b) => compare(a.savedAt, b.savedAt) || compare(a.id, b.id));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const powerCyclesOf = (processes: readonly Evaluated[]): readonly PowerCycle[] => {
  const held = processes.filter(({ link }) => holdsGuest(link));
  return [...groupBy(held, ({ view }) => view.powerCycle)].flatMap(([id, members]) => {
    const [root] = members;
    const last = members.at(-1);
    if (root === undefined || last === undefined) return [];
    const birthSeen = root.view.origin === 'cold-boot';
    const goesOn = last.view.endReason === 'saved' || last.view.endReason === 'migrated';
    return {
      id,
      startedAt: root.view.openedAt,
      endedAt: goesOn ? null : last.view.endedAt,
      bornOn: birthSeen ? root.view.build : root.bornOn,
      birthSeen,
      machineType: machineTypeOf(root.view) ?? machineTypeOf(last.view),
      processes: members.map(({ view }) => view.id),
    };
  });
};

const namesOf = (events: readonly Effective[]): Pick<Vm, 'name' | 'names'> => {
  const named = events
    .filter(({ data }) => 'host' in data)
    .sort(byInstant)
    .flatMap(({ data }) => ('name' in data && data.name !== null ? data.name : []));
  return { name: named.at(-1) ?? null, names: [...new Set(named)] };
};

/** Set at one instant twice: the one recorded under the greater id, so that order does not matter. */
const labelsOf = (events: readonly Effective[]): Labels => {
  const set = events.flatMap((event) => (isMark(event, 'LabelsSet') ? event : [])).sort(byInstant);
  return set.at(-1)?.data.labels ?? {};
};

/** By hosts: a correction or retraction, whenever it is made, is no sight of the VM. */
const seenAt = (events: readonly Effective[]): Pick<Vm, 'firstSeenAt' | 'lastSeenAt'> => {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { data, at } of events) {
    if (!('host' in data)) continue;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  if (first > last) return { firstSeenAt: null, lastSeenAt: null };
  return { firstSeenAt: new Date(first).toISOString(), lastSeenAt: new Date(last).toISOString() };
};

/** Nothing known beside the catalogue: for tests and for histories that bring their builds along. */
export const knowing = (catalogue: Catalogue, hosts: HostDirectory = NO_HOSTS): Knowledge => ({
  catalogue,
  hosts,
});
