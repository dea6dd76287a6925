import { machineTypeEnd } from '../catalogue/machine-type-lookup.js';
import { machineTypeEndText } from '../hop/machine-type-end.js';
import { plainBuild, sameBuild } from '../qemu/build.js';
import type { GuestState } from '../shape/guest-state.js';
import type { Knowledge } from '../vm/derive.js';
import { machineTypeOf } from '../vm/machine-type-of.js';
import type { Vm, VmProcess } from '../vm/vm.js';
import { behavioursIn, guestOf, taintSaid, taintsOf } from './guest.js';
import { needsOf, needsOnReleases } from './needs.js';
import type { Need, Notice } from './notice.js';

/** A VM as derived at one place of the ledger, with what was known there. */
export interface Moment {
  readonly vm: Vm;
  readonly knowledge: Knowledge;
}

/** What changed about the VM itself. */
export const vmNotices = (before: Moment, after: Moment): readonly Notice[] => {
  const was = viewOf(before);
  const is = viewOf(after);
  return [
    ...tainted(was, is),
    ...cleared(was, is),
    ...overridesChanged(was, is),
    ...coldBootNeeded(was, is),
    ...drift(was, is),
    ...machineTypeEnding(was, is),
  ];
};

/** Verdicts are asked for when a notice needs them, and once. */
interface View extends Moment {
  readonly guest: GuestState | null;
  readonly taints: readonly string[];
  readonly hosts: readonly string[];
  readonly needs: () => readonly Need[];
}

const viewOf = (moment: Moment): View => {
  const { vm, knowledge } = moment;
  const guest = guestOf(vm, knowledge.hosts);
  let needs: readonly Need[] | undefined;
  return {
    ...moment,
    guest,
    taints: behavioursIn(taintsOf(guest)),
    hosts: vm.current === null ? [] : [vm.current.host],
    needs: () => (needs ??= guest === null ? [] : needsOf(guest, knowledge)),
  };
};

const tainted = (was: View, is: View): readonly Notice[] => {
  const gained = is.taints.filter((behaviour) => !was.taints.includes(behaviour));
  if (gained.length === 0) return [];
  const taints = taintsOf(is.guest)
    .filter(({ behaviour }) => gained.includes(behaviour))
    .flatMap((value) => taintSaid(is.knowledge.catalogue, value));
  const data = { taints, behaviours: is.taints, needs: is.needs() };
  return [{ type: 'vm.tainted', key: '', hosts: is.hosts, behaviours: gained, data }];
};

const cleared = (was: View, is: View): readonly Notice[] => {
  const lost = was.taints.filter((behaviour) => !is.taints.includes(behaviour));
  if (lost.length === 0) return [];
  const savedStates = is.vm.savedStates
    .filter(({ carried }) =>
      taintsOf({ carried, build: null, configuration: null, cpu: null }).some(({ behaviour }) =>
        lost.includes(behaviour),
      ),
    )
    .map(({ id }) => id);
  const by =
    is.guest === null
      ? 'power-off'
      : is.vm.current?.powerCycle !== was.vm.current?.powerCycle
        ? 'cold-boot'
        : 'other';
  const data = { cleared: lost, behaviours: is.taints, by, savedStates } as const;
  const hosts = is.hosts.length > 0 ? is.hosts : was.hosts;
  return [{ type: 'vm.cleared', key: '', hosts, behaviours: lost, data }];
};

/** Held against each other where both were asked: a host that is new in the fleet changes nothing that was needed. */
const overridesChanged = (was: View, is: View): readonly Notice[] => {
  if (sameGuest(was.guest, is.guest)) return [];
  const before = new Map(was.needs().map((need) => [kindOf(need), overridesText(need)]));
  const changed = is
    .needs()
    .filter((need) => (before.get(kindOf(need)) ?? NO_OVERRIDES) !== overridesText(need));
  if (changed.length === 0) return [];
  const behaviours = behavioursIn(
    changed.flatMap(({ why }) =>
      why.flatMap(({ kind, behaviour }) =>
        kind === 'needs-override' && behaviour !== null ? { behaviour } : [],
      ),
    ),
  );
  const data = { needs: changed };
  return [{ type: 'vm.overrides_changed', key: '', hosts: is.hosts, behaviours, data }];
};

const kindOf = ({ build, hosts }: Need): string => JSON.stringify([build, hosts]);
const overridesText = ({ overrides, removals }: Need): string => JSON.stringify([overrides, removals]);
const NO_OVERRIDES = JSON.stringify([[], []]);

/** Nothing in it that a verdict could hang on is another. */
const sameGuest = (a: GuestState | null, b: GuestState | null): boolean =>
  JSON.stringify([a?.build, a?.configuration, valuesOf(a)]) ===
  JSON.stringify([b?.build, b?.configuration, valuesOf(b)]);
const valuesOf = (guest: GuestState | null): unknown =>
  guest?.carried.map(({ alias, behaviour, value, possible, latent, certainty }) => [
    alias,
    behaviour,
    value,
    possible,
    latent,
    certainty,
  ]);

/** Taints that every other build in the fleet refuses whatever it is given; in a fleet of one build, every later release. */
const coldBootOnly = ({ guest, knowledge, taints, needs }: View) => {
  const tried: Need[] = [];
  if (guest === null || taints.length === 0) return { behaviours: [], tried };
  const { build } = guest;
  const others = needs().filter((need) => build === null || !sameBuild(need.build, build));
  let left = taints;
  for (const need of others.length > 0 ? others : needsOnReleases(guest, knowledge)) {
    tried.push(need);
    left = left.filter((behaviour) => refuses(need, behaviour));
    if (left.length === 0) break;
  }
  return { behaviours: tried.length === 0 ? [] : left, tried };
};

const refuses = ({ why }: Need, behaviour: string): boolean =>
  why.some((reason) => reason.kind === 'refused' && reason.behaviour === behaviour);

const coldBootNeeded = (was: View, is: View): readonly Notice[] => {
  if (is.taints.length === 0 || sameGuest(was.guest, is.guest)) return [];
  const now = coldBootOnly(is);
  const before = coldBootOnly(was).behaviours;
  const behaviours = now.behaviours.filter((behaviour) => !before.includes(behaviour));
  if (behaviours.length === 0) return [];
  const taints = taintsOf(is.guest)
    .filter(({ behaviour }) => behaviours.includes(behaviour))
    .flatMap((value) => taintSaid(is.knowledge.catalogue, value));
  const data = { behaviours, taints, needs: now.tried };
  return [{ type: 'vm.cold_boot_needed', key: '', hosts: is.hosts, behaviours, data }];
};

const driftsOf = ({ guest }: View) =>
  (guest?.carried ?? []).flatMap(({ alias, behaviour, drift: found }) =>
    found === null
      ? []
      : { alias, behaviour, derived: found.derived, observed: found.observed, event: found.eventId },
  );

const drift = (was: View, is: View): readonly Notice[] => {
  const known = new Set(driftsOf(was).map((said) => JSON.stringify(said)));
  const drifts = driftsOf(is).filter((said) => !known.has(JSON.stringify(said)));
  if (drifts.length === 0) return [];
  return [{ type: 'vm.drift', key: '', hosts: is.hosts, behaviours: behavioursIn(drifts), data: { drifts } }];
};

const endingOf = ({ vm, knowledge: { catalogue } }: View) => {
  const { current } = vm;
  const machineType = current === null ? null : machineTypeOf(current);
  const build = current?.build;
  if (machineType === null || build == null) return null;
  const text = machineTypeEndText(catalogue, machineType, build.version);
  const end = machineTypeEnd(catalogue, machineType);
  return text === null || end === null ? null : { machineType, build: plainBuild(build), text, ...end };
};

/** Once for each process, and again when its end is another. */
const machineTypeEnding = (was: View, is: View): readonly Notice[] => {
  const data = endingOf(is);
  if (data === null) return [];
  const isSaid = sameProcess(was.vm.current, is.vm.current) && endingOf(was)?.text === data.text;
  return isSaid ? [] : [{ type: 'machine_type.ending', key: '', hosts: is.hosts, behaviours: [], data }];
};

/** A late report can move when a process opened, and with it its id; the events that tell of it stay. */
export const sameProcess = (a: VmProcess | null, b: VmProcess | null): boolean =>
  a !== null && b !== null && a.eventIds.some((id) => b.eventIds.includes(id));
