import { withoutKnobs } from '../catalogue/without-knobs.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import { deriveVm, type Knowledge } from '../vm/derive.js';
import type { Recorded } from '../vm/envelope.js';
import type { HopVia, VmEvent } from '../vm/events.js';
import type { Hop, Vm } from '../vm/vm.js';
import type { Carried } from '../vm/carried.js';
import { assessHop } from './assess.js';
import type { Assessment, Destination } from './assessment.js';
import { about } from './finding.js';
import { guestCpuOf } from './guest-cpu.js';
import { supposed } from './supposed.js';

export interface HopAsked {
  readonly uuid: string;
  /** The VM's history; empty for one that was never heard of. */
  readonly events: readonly Recorded[];
  readonly knowledge: Knowledge;
  readonly destination: Destination;
  /**
   * What the destination would be launched with, overrides and all; null: as the source was, without the overrides
   * that it was given, so that the answer lists every one that the destination needs.
   */
  readonly configuration: LaunchConfiguration | null;
  readonly via: HopVia;
  /** For a restore: which saved state; null: the latest. */
  readonly savedState: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface HopAnswered {
  /** Null: neither asked with a configuration nor any known. */
  readonly assessment: Assessment | null;
  readonly carried: Carried;
  readonly configuration: LaunchConfiguration | null;
  readonly from: Hop['from'];
}

/** Where a hop that has not happened would go: no host has such a name, so it meets no process there. */
const NOWHERE_YET = '(asked)';

/**
 * The verdict for a hop that has not happened: the history is told that it did, and the very fold that would
 * derive it later says what it would bring. So what is answered before cannot differ from what is derived after.
 */
export const askHop = (asked: HopAsked): HopAnswered => {
  const { uuid, events, knowledge, destination, configuration } = asked;
  const before = deriveVm(uuid, events, knowledge);
  const at = Math.max(asked.at, before.lastSeenAt === null ? 0 : Date.parse(before.lastSeenAt)) + 1;
  const vm = deriveVm(uuid, [...events, ...hypothesis(asked, at)], knowledge);
  const hop = vm.hops.find(({ to }) => to.host === NOWHERE_YET);
  const process = vm.processes.find(({ host }) => host === NOWHERE_YET);
  const inherited = process?.configuration ?? null;
  const launched =
    configuration ?? (inherited === null ? null : withoutKnobs(knowledge.catalogue, inherited));
  if (hop === undefined || launched === null)
    return { assessment: null, carried: [], configuration: null, from: null };
  const assessment = assessHop({
    catalogue: knowledge.catalogue,
    carried: hop.carriedIn,
    configuration: launched,
    source: hop.from?.build ?? null,
    from: launchedWith(vm, hop),
    guestCpu: guestCpuOf(vm, hop, knowledge.hosts),
    destination,
    policy: knowledge.tiers,
  });
  return {
    assessment: hop.from === null ? firstSeen(assessment) : assessment,
    carried: hop.carriedIn,
    configuration: launched,
    from: hop.from,
  };
};

const launchedWith = (vm: Vm, { from, savedState }: Hop): LaunchConfiguration | null =>
  vm.savedStates.find(({ id }) => id === savedState?.id)?.configuration ??
  vm.processes.find(({ id }) => id === from?.process)?.configuration ??
  null;

/** Says so, whatever the verdict: even where every build agrees, it rests on nothing recorded. */
const firstSeen = (assessment: Assessment): Assessment => ({
  ...assessment,
  reasons: [
    ...assessment.reasons,
    about('no-history', 'nothing recorded says where and on what this guest was born'),
  ],
});

const hypothesis = (
  { via, configuration, savedState, destination, uuid }: HopAsked,
  at: number,
): readonly Recorded[] => {
  const where = { host: NOWHERE_YET, name: null };
  const facts = { ...where, build: destination.build, configuration, kernel: null };
  const started: VmEvent =
    via === 'restore'
      ? { type: 'StateRestored', ...facts, savedState, fromVm: null }
      : { type: 'HopStarted', ...facts, via };
  const events: readonly VmEvent[] = [{ type: 'HopPrepared', ...where, via, configuration }, started];
  return supposed(events, at, `asked:${uuid}`);
};
