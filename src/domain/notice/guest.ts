import { behaviourOf, type Catalogue } from '../catalogue/catalogue.js';
import type { HostDirectory } from '../host/directory.js';
import { runningState, savedStateOf, type GuestState } from '../shape/guest-state.js';
import { isTaint, type CarriedValue } from '../vm/carried.js';
import type { Vm, VmProcess } from '../vm/vm.js';
import type { TaintSaid } from './notice.js';

/**
 * The guest that notices are about: the one that runs or is saved, and while nobody says where it is (between the reports
 * of a hop's two ends) the one that ran last, so that a report that is under way raises and clears nothing. Null: it is off.
 */
export const guestOf = (vm: Vm, hosts: HostDirectory): GuestState | null => {
  if (vm.current !== null) return runningState(vm, hosts);
  const saved = vm.savedStates.at(-1);
  if (vm.state === 'saved' && saved !== undefined) return savedStateOf(vm, saved, hosts);
  if (vm.state !== 'unknown') return null;
  const last = lastHolder(vm);
  if (last === undefined) return null;
  const { build, configuration, carried } = last;
  return { build, configuration, carried, cpu: null };
};

const lastHolder = (vm: Vm): VmProcess | undefined => {
  const held = new Set(vm.powerCycles.flatMap(({ processes }) => processes));
  return vm.processes.findLast(({ id }) => held.has(id));
};

export const taintsOf = (guest: GuestState | null): readonly CarriedValue[] =>
  (guest?.carried ?? []).filter((value) => isTaint(value) === true);

export const behavioursIn = (values: readonly { readonly behaviour: string }[]): readonly string[] =>
  [...new Set(values.map(({ behaviour }) => behaviour))].sort();

export const taintSaid = (catalogue: Catalogue, value: CarriedValue): readonly TaintSaid[] => {
  const behaviour = behaviourOf(catalogue, value.behaviour);
  if (behaviour === undefined) return [];
  const { how, eventId, ruleId, explicit } = value.because;
  return [
    {
      alias: value.alias,
      qomType: value.qomType,
      behaviour: value.behaviour,
      title: behaviour.title,
      value: value.value,
      possible: value.possible,
      reference: value.reference,
      latent: value.latent === value.value ? null : value.latent,
      certainty: value.certainty,
      heldBy: behaviour.sticky,
      consequence: behaviour.consequence,
      latched: { how, event: eventId, rule: ruleId, explicit },
      evidence: behaviour.evidence,
    },
  ];
};
