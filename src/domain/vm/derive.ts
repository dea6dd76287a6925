import type { Catalogue } from '../catalogue/catalogue.js';
import { NO_HOSTS, type HostDirectory } from '../host/directory.js';
import type { Recorded } from './envelope.js';
import { effectiveEvents, type Effective } from './effective.js';
import { evaluate, type Evaluated } from './evaluate.js';
import { instantOf } from './instant.js';
import { hopsOf } from './hops.js';
import { leftoversOf } from './leftovers.js';
import { linkProcesses, type Link } from './lineage.js';
import { processesOf } from './processes.js';
import type { PowerCycle, SavedState, Vm, VmProcess } from './vm.js';

/** What the fold needs beside the events. */
export interface Knowledge {
  readonly catalogue: Catalogue;
  readonly hosts: HostDirectory;
}

/** As of an instant of the hosts' time: what was true then, by all that is known now. */
export interface DeriveOptions {
  readonly asOf?: number;
}

/**
 * The fold. A VM from its events: pure, and the same whatever order the events were recorded in, however often.
 * The same function serves the hook, the views, as-of queries, the CLI and the tests.
 */
export const deriveVm = (
  uuid: string,
  events: readonly Recorded[],
  knowledge: Knowledge,
  options: DeriveOptions = {},
): Vm => {
  const { asOf } = options;
  const counting = effectiveEvents(events).filter(({ metadata }) => asOf === undefined || instantOf(metadata) <= asOf);
  const links = linkProcesses(processesOf(counting));
  const evaluated = evaluate(links, counting, knowledge);
  const processes = links.map((link) => evaluated.get(link.id)).filter((process) => process !== undefined);
  const current = currentOf(processes);
  const savedStates = savedStatesFrom(processes, links);
  const last = processes.findLast((process) => holdsGuest(process.link));
  const state = stateOf(current, last?.link, links);
  return {
    uuid,
    ...namesOf(counting),
    state,
    current: current === undefined ? null : current.view,
    processes: processes.filter(({ link }) => link.outcome !== 'prepared').map(({ view }) => view),
    powerCycles: powerCyclesOf(processes),
    hops: hopsOf(processes, counting),
    savedStates,
    leftovers: leftoversOf(processes, current, knowledge.catalogue),
    carried: current?.view.carried ?? (state === 'saved' ? (savedStates.at(-1)?.carried ?? []) : []),
    ...seenAt(counting),
  };
};

/** Whether the guest ever ran in this process. */
export const holdsGuest = (link: Link): boolean =>
  link.outcome === null || link.outcome === 'completed' || link.outcome === 'unconfirmed';

const currentOf = (processes: readonly Evaluated[]): Evaluated | undefined =>
  processes.findLast(({ link }) => holdsGuest(link) && link.end === null && !hasLeft(link, processes));

/** Its departure was not reported, yet the guest is known to have arrived elsewhere, or to have been booted anew. */
const hasLeft = (link: Link, processes: readonly Evaluated[]): boolean =>
  processes.some(
    ({ link: other }) => other.id !== link.id && holdsGuest(other) && other.process.openedAt > link.process.openedAt,
  );

const stateOf = (current: Evaluated | undefined, last: Link | undefined, links: readonly Link[]): Vm['state'] => {
  if (current !== undefined) {
    const leaving = links.some(
      ({ outcome, parent, end }) => outcome === 'in-flight' && end === null && parent === current.link.id,
    );
    return leaving ? 'migrating' : 'running';
  }
  if (last === undefined) return 'unknown';
  return last.end?.reason === 'saved' ? 'saved' : 'stopped';
};

const savedStatesFrom = (processes: readonly Evaluated[], links: readonly Link[]): readonly SavedState[] =>
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
        restoredBy: links.filter(({ savedStates }) => savedStates[0]?.id === ref.id).map(({ id }) => id),
      })),
    )
    .sort((a, b) => (a.savedAt < b.savedAt ? -1 : 1));

const powerCyclesOf = (processes: readonly Evaluated[]): readonly PowerCycle[] => {
  const cycles = new Map<string, VmProcess[]>();
  for (const { view, link } of processes) {
    if (!holdsGuest(link)) continue;
    cycles.set(view.powerCycle, [...(cycles.get(view.powerCycle) ?? []), view]);
  }
  return [...cycles.entries()].flatMap(([id, members]) => {
    const [root] = members;
    const last = members.at(-1);
    if (root === undefined || last === undefined) return [];
    const birthSeen = root.origin === 'cold-boot';
    return {
      id,
      startedAt: root.openedAt,
      endedAt: last.endReason === 'saved' || last.endReason === 'migrated' ? null : last.endedAt,
      bornOn: birthSeen ? root.build : null,
      birthSeen,
      machineType: root.configuration?.machineType ?? last.configuration?.machineType ?? null,
      processes: members.map((member) => member.id),
    };
  });
};

const namesOf = (events: readonly Effective[]): { readonly name: string | null; readonly names: readonly string[] } => {
  const named = events
    .flatMap(({ data, metadata, id }) =>
      'name' in data && data.name !== null ? { name: data.name, at: instantOf(metadata), id } : [],
    )
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return { name: named.at(-1)?.name ?? null, names: [...new Set(named.map(({ name }) => name))] };
};

const seenAt = (events: readonly Effective[]): Pick<Vm, 'firstSeenAt' | 'lastSeenAt'> => {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { metadata } of events) {
    const at = instantOf(metadata);
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  return events.length === 0
    ? { firstSeenAt: null, lastSeenAt: null }
    : { firstSeenAt: new Date(first).toISOString(), lastSeenAt: new Date(last).toISOString() };
};

/** Nothing known beside the catalogue: for tests and for histories that bring their builds along. */
export const knowing = (catalogue: Catalogue, hosts: HostDirectory = NO_HOSTS): Knowledge => ({ catalogue, hosts });
