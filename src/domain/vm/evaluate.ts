import type { Catalogue } from '../catalogue/catalogue.js';
import { withoutKnobs } from '../catalogue/without-knobs.js';
import type { Build } from '../qemu/build.js';
import { assertedOrigins } from './asserted-origin.js';
import { latchColdBoot, MACHINE, type Carried, type CarriedValue, type Holder } from './carried.js';
import { carryOver } from './carry-over.js';
import type { Knowledge } from './derive.js';
import type { Effective } from './effective.js';
import { eventIdsOf, factsOf } from './facts.js';
import { holdsGuest, type Link, type SavedStateRef } from './link.js';
import { live } from './live.js';
import type { Mark } from './marks.js';
import { savedStatesOf } from './saved-state-refs.js';
import { transfer, unseen, type Source } from './transfer.js';
import type { VmProcess } from './vm.js';

/** A process with what it carried, and each state saved from it. */
export interface Evaluated {
  readonly link: Link;
  readonly view: VmProcess;
  /** The process as a source of guest state: its devices and values at its end, or now. */
  readonly source: Source;
  /** What came in with a hop, before the process made anything of it. Empty for a cold boot. */
  readonly carriedIn: Carried;
  readonly saved: readonly { readonly ref: SavedStateRef; readonly source: Source }[];
  /** An operator's word on where this power cycle began, which nobody saw; null: none, or not needed. */
  readonly bornOn: Build | null;
  /** The saved state that was restored; null: none, or not known. */
  readonly restored: { readonly ref: SavedStateRef; readonly certain: boolean } | null;
}

/** Walks the lineage: sources come before what came of them, so each process finds its source evaluated. */
export const evaluate = (
  links: readonly Link[],
  events: readonly Effective[],
  knowledge: Knowledge,
): readonly Evaluated[] => {
  const done = new Map<string, Evaluated>();
  const asserted = assertedOrigins(links, events);
  return links.map((link) => {
    const evaluated = evaluateProcess(link, done, asserted.get(link.id), knowledge);
    done.set(link.id, evaluated);
    return evaluated;
  });
};

const evaluateProcess = (
  link: Link,
  done: ReadonlyMap<string, Evaluated>,
  asserted: Mark<'OriginAsserted'> | undefined,
  knowledge: Knowledge,
): Evaluated => {
  const { process } = link;
  const restored = restoredFrom(link, done);
  const parent = link.parent === null ? undefined : done.get(link.parent)?.source;
  const from = restored?.source ?? parent;
  const { cpuVendor, libvirt, ...facts } = factsOf(process, knowledge, from);
  const holder: Holder = {
    ...facts,
    cpuVendor,
    libvirt,
    process: link.id,
    machineType: facts.configuration?.machineType ?? null,
    globals: facts.configuration?.globals ?? [],
  };
  const carriedIn =
    link.origin === 'cold-boot'
      ? []
      : broughtIn(link, holder, { from, ambiguous: restored?.ambiguous === true, asserted }, knowledge);
  const initial =
    link.origin === 'cold-boot'
      ? coldBoot(link, holder, knowledge)
      : carryOver(knowledge.catalogue, carriedIn, holder, startOf(link));
  const lived = live(link, { holder, carried: initial }, knowledge.catalogue);
  return {
    link,
    source: lived.source,
    carriedIn,
    bornOn: asserted?.data.build ?? null,
    saved: savedStatesOf(link).map((ref) => ({ ref, source: lived.snapshots.get(ref.at) ?? lived.source })),
    restored: restored === null ? null : { ref: restored.ref, certain: restored.certain },
    view: {
      ...facts,
      id: link.id,
      host: process.host,
      origin: link.origin,
      attested: link.attested,
      configuration: lived.source.holder.configuration,
      openedAt: new Date(process.openedAt).toISOString(),
      endedAt: link.end === null ? null : new Date(link.end.at).toISOString(),
      endReason: link.end?.reason ?? null,
      powerCycle: cycleOf(link, from, asserted, done),
      carried: holdsGuest(link) || link.outcome === 'in-flight' ? lived.source.carried : [],
      eventIds: eventIdsOf(process),
    },
  };
};

/** The source's, unless an operator says that it began elsewhere. */
const cycleOf = (
  link: Link,
  from: Source | undefined,
  asserted: Mark<'OriginAsserted'> | undefined,
  done: ReadonlyMap<string, Evaluated>,
): string => {
  const before = from === undefined || asserted !== undefined ? undefined : done.get(from.holder.process);
  return before?.view.powerCycle ?? link.id;
};

interface Restored {
  readonly ref: SavedStateRef;
  readonly source: Source;
  readonly certain: boolean;
  readonly ambiguous: boolean;
}

/**
 * The saved state that a restore loads: the one it names, else the latest before it. Without a name it is not certain
 * on another host than it was saved on, where somebody brought it; and in doubt when an older one has other values.
 */
const restoredFrom = (link: Link, done: ReadonlyMap<string, Evaluated>): Restored | null => {
  const candidates = link.savedStates.flatMap((ref) => {
    const process = done.get(ref.process);
    const saved = process?.saved.find((known) => known.ref.id === ref.id) ?? process;
    return saved === undefined ? [] : { ref, source: saved.source };
  });
  const [likeliest, ...others] = candidates;
  if (likeliest === undefined) return null;
  const named = link.process.starts.some(
    ({ data }) => data.type === 'StateRestored' && data.savedState === likeliest.ref.id,
  );
  const ambiguous =
    likeliest.ref.told === 'presumed' ||
    others.some(({ source }) => !sameValues(source.carried, likeliest.source.carried));
  return {
    ...likeliest,
    ambiguous,
    certain: named || (!ambiguous && likeliest.ref.host === link.process.host),
  };
};

const sameValues = (a: Carried, b: Carried): boolean => {
  const values = (carried: Carried): string =>
    JSON.stringify(
      carried
        .map(({ alias, behaviour, value, latent }) => [alias, behaviour, value, latent].join('\n'))
        .sort(),
    );
  return values(a) === values(b);
};

const startOf = ({ process }: Link): { readonly id: string; readonly at: number } | null => {
  const [start] = process.starts;
  return start === undefined ? null : { id: start.id, at: start.at };
};

const coldBoot = (link: Link, holder: Holder, { catalogue }: Knowledge): Carried => {
  const latched = latchColdBoot(catalogue, holder, startOf(link));
  return link.attested ? latched : latched.map(doubt);
};

interface Brought {
  readonly from: Source | undefined;
  /** Another state than `from` may have come in, with other values. */
  readonly ambiguous: boolean;
  readonly asserted: Mark<'OriginAsserted'> | undefined;
}

/** What an operator asserted where the source is not known for sure; the values as the stream brings them; else unknown. */
const broughtIn = (
  link: Link,
  holder: Holder,
  { from, ambiguous, asserted }: Brought,
  { catalogue }: Knowledge,
): Carried => {
  if (asserted !== undefined) return transfer(catalogue, bornAs(asserted, holder, catalogue), holder);
  if (from === undefined) {
    return [MACHINE, ...(holder.configuration?.devices ?? [])].flatMap((device) =>
      unseen(catalogue, device, holder),
    );
  }
  const values = transfer(catalogue, from, holder);
  return link.attested && !link.gap && !ambiguous ? values : values.map(doubt);
};

/** The guest as it would have been born by an operator's word. */
const bornAs = (asserted: Mark<'OriginAsserted'>, holder: Holder, catalogue: Catalogue): Source => {
  const { build, configuration } = asserted.data;
  const { configuration: here } = holder;
  const born: Holder = {
    ...holder,
    build,
    buildCertainty: 'certain',
    globals: configuration?.globals ?? [],
    // Overrides of the process at hand say nothing of how the guest was born.
    configuration: configuration ?? (here === null ? null : withoutKnobs(catalogue, here)),
  };
  return { holder: born, carried: latchColdBoot(catalogue, born, { id: asserted.id, at: asserted.at }) };
};

/** It rests on what nobody attested to. */
export const doubt = (value: CarriedValue): CarriedValue =>
  value.certainty === 'certain' ? { ...value, certainty: 'assumed' } : value;
