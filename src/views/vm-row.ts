import { createHash } from 'node:crypto';
import { isTaint, type Carried } from '../domain/vm/carried.js';
import { runningState, savedStateOf, type GuestState } from '../domain/shape/guest-state.js';
import { historyText } from '../domain/shape/history-text.js';
import { standingSavedStates } from '../domain/shape/saved-states.js';
import { deriveFrom, lineageOf, type Knowledge } from '../domain/vm/derive.js';
import type { Effective } from '../domain/vm/effective.js';
import type { Recorded } from '../domain/vm/envelope.js';
import { instantOf } from '../domain/vm/instant.js';
import { machineTypeOf } from '../domain/vm/machine-type-of.js';
import type { Vm, VmProcess } from '../domain/vm/vm.js';
import { buildLabel } from '../domain/qemu/build.js';
import type { Position } from '../ledger/port.js';
import type { VmRow } from './views.js';

/** A domain name as a host last used it for a VM. */
export interface HeardName {
  readonly host: string;
  readonly name: string;
  /** Milliseconds since the epoch, of the host's time. */
  readonly at: number;
}

/** All that the views keep of one VM. */
export interface ProjectedVm {
  readonly row: VmRow;
  readonly names: readonly HeardName[];
  /** Hosts that ever spoke of the VM: when one of them reports anew, the VM may derive differently. */
  readonly hosts: readonly string[];
  readonly shape: ProjectedShape;
}

/** What the VM shares with others of one history, and what is its own of it. */
export interface ProjectedShape {
  /** Of `historyText`. */
  readonly digest: string;
  /** Of the running guest; null when none runs. */
  readonly running: GuestState | null;
  readonly saved: readonly ProjectedSavedState[];
}

export interface ProjectedSavedState {
  readonly id: string;
  readonly savedAt: string;
  readonly host: string;
  readonly state: GuestState;
}

/** Pure: the same events, catalogue and host reports give the same, in whatever order they came. */
export const projectVm = (
  uuid: string,
  history: { readonly events: readonly Recorded[]; readonly position: Position },
  knowledge: Knowledge,
): ProjectedVm => {
  const lineage = lineageOf(uuid, history.events);
  const vm = deriveFrom(lineage, knowledge);
  // As they count: a retracted report names nothing.
  const { counting } = lineage;
  return {
    row: rowOf(vm, history.position),
    names: namesHeard(counting),
    hosts: [...new Set(counting.flatMap(({ data }) => ('host' in data ? [data.host] : [])))],
    shape: {
      digest: digestOf(historyText(lineage, knowledge.hosts)),
      running: runningState(vm, knowledge.hosts),
      saved: standingSavedStates(vm).map((saved) => ({
        id: saved.id,
        savedAt: saved.savedAt,
        host: saved.host,
        state: savedStateOf(vm, saved, knowledge.hosts),
      })),
    },
  };
};

/** As long as no two texts are to have the same. */
export const digestOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 32);

const rowOf = (vm: Vm, position: Position): VmRow => {
  const taints = behavioursWhere(vm.carried, true);
  const holder = vm.current ?? lastHolder(vm);
  return {
    uuid: vm.uuid,
    name: vm.name,
    state: vm.state,
    host: vm.current?.host ?? null,
    build: vm.current?.build ? buildLabel(vm.current.build) : null,
    machineType: holder === undefined ? null : machineTypeOf(holder),
    taints,
    unknowns: behavioursWhere(vm.carried, null).filter((behaviour) => !taints.includes(behaviour)),
    leftovers: vm.leftovers.length,
    lastSeenAt: vm.lastSeenAt,
    position,
  };
};

/** Power cycles list only processes that held the guest; one that refused the state is no place of the VM. */
const lastHolder = (vm: Vm): VmProcess | undefined => {
  const held = new Set(vm.powerCycles.flatMap(({ processes }) => processes));
  return vm.processes.findLast(({ id }) => held.has(id));
};

export const behavioursWhere = (carried: Carried, taint: boolean | null): readonly string[] =>
  [
    ...new Set(carried.filter((value) => isTaint(value) === taint).map(({ behaviour }) => behaviour)),
  ].toSorted();

const namesHeard = (events: readonly Effective[]): readonly HeardName[] => {
  const latest = new Map<string, HeardName>();
  for (const { data, metadata } of events) {
    if (!('name' in data) || data.name === null) continue;
    const { host, name } = data;
    const key = `${host}\n${name}`;
    const at = instantOf(metadata);
    if (at > (latest.get(key)?.at ?? Number.NEGATIVE_INFINITY)) latest.set(key, { host, name, at });
  }
  return [...latest.values()];
};
