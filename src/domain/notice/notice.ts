import type { Behaviour, Evidence, Sticky } from '../catalogue/behaviour.js';
import type { CatalogueDiff } from '../catalogue/digests.js';
import type { Certainty } from '../catalogue/rule-value.js';
import type { Reason, Removal } from '../hop/assessment.js';
import type { RenderedOverrides } from '../hop/render.js';
import type { Build } from '../qemu/build.js';
import type { Override } from '../qemu/override.js';
import type { LatchedBy } from '../vm/carried.js';
import type { AdviceGiven, HopStatistics, Verdict } from '../vm/events.js';
import type { HopOutcome } from '../vm/link.js';

/** A taint with what it rests on. */
export interface TaintSaid {
  readonly alias: string;
  readonly qomType: string | null;
  readonly behaviour: string;
  readonly title: string;
  /** Null: unknown, and one of `possible`. */
  readonly value: string | null;
  readonly possible: readonly string[];
  /** What a correct build gives the machine type. */
  readonly reference: string | null;
  /** What the next guest reset sets, where that is another value. */
  readonly latent: string | null;
  readonly certainty: Certainty;
  /** What holds the value, and so what clears it. */
  readonly heldBy: Sticky;
  readonly consequence: Behaviour['consequence'];
  readonly latched: {
    readonly how: LatchedBy;
    readonly event: string | null;
    readonly rule: string | null;
    readonly explicit: string | null;
  };
  readonly evidence: Evidence;
}

/** Overrides in every form that a tool takes. */
export interface OverridesSaid {
  readonly overrides: readonly Override[];
  readonly removals: readonly Removal[];
  readonly rendered: RenderedOverrides;
}

/** What a guest needs on hosts that are alike: of one build, with the same facts reported. */
export interface Need extends OverridesSaid {
  readonly build: Build;
  /** Empty: no host that reported runs it. */
  readonly hosts: readonly string[];
  readonly verdict: Verdict;
  readonly why: readonly Reason[];
  readonly wayOut: readonly string[];
}

/** One side of a hop. */
export interface EndSaid {
  readonly host: string;
  readonly build: Build | null;
}
export interface HopSaid {
  readonly id: string;
  readonly via: 'migration' | 'restore';
  readonly outcome: HopOutcome;
  readonly from: EndSaid | null;
  readonly to: EndSaid;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly confirmedBy: readonly ('source' | 'destination')[];
  readonly statistics: HopStatistics | null;
  readonly error: string | null;
  readonly advice: { readonly event: string; readonly verdict: Verdict; readonly answer: string } | null;
}

export interface DriftSaid {
  readonly alias: string;
  readonly behaviour: string;
  readonly derived: string | null;
  readonly observed: string;
  readonly event: string;
}

/** By type, what is said beside the VM that it is about. */
export interface NoticeData {
  'vm.tainted': {
    /** New by this event. */
    readonly taints: readonly TaintSaid[];
    /** All that it is tainted with now. */
    readonly behaviours: readonly string[];
    readonly needs: readonly Need[];
  };
  'vm.cleared': {
    readonly cleared: readonly string[];
    /** That it is still tainted with. */
    readonly behaviours: readonly string[];
    readonly by: 'power-off' | 'cold-boot' | 'other';
    /** Saved states that carry what was cleared: a restore brings it back. */
    readonly savedStates: readonly string[];
  };
  'vm.overrides_changed': { readonly needs: readonly Need[] };
  'vm.cold_boot_needed': {
    readonly behaviours: readonly string[];
    readonly taints: readonly TaintSaid[];
    /** That were tried, and none of which takes the guest. */
    readonly needs: readonly Need[];
  };
  'vm.drift': { readonly drifts: readonly DriftSaid[] };
  'hop.advised': OverridesSaid & {
    readonly host: string;
    readonly build: Build | null;
    readonly verdict: Verdict;
    readonly answer: AdviceGiven['answer'];
    readonly message: string | null;
    readonly catalogueRevision: string;
  };
  'hop.completed': { readonly hop: HopSaid };
  'hop.failed': { readonly hop: HopSaid };
  'hop.unsafe': OverridesSaid & {
    readonly hop: HopSaid;
    /** Of the hop as it was made. */
    readonly verdict: Verdict;
    readonly why: readonly Reason[];
    /** Overrides that hopledger advised and the destination was launched without. */
    readonly ignored: readonly Override[];
  };
  'machine_type.ending': {
    readonly machineType: string;
    readonly build: Build;
    readonly text: string;
    /** QEMU series. */
    readonly deprecatedFrom: string | null;
    readonly removedIn: string | null;
  };
  'catalogue.revised': {
    readonly revision: string;
    readonly previous: string | null;
    readonly diff: CatalogueDiff;
    /** VMs tainted with each behaviour that was added or changed; null: by another server's catalogue. */
    readonly affected: Readonly<Record<string, number>> | null;
  };
}

export type NoticeType = keyof NoticeData;

/** Something worth telling another tool. Pure: one event, one catalogue and one history give the same notices. */
export type Notice<T extends NoticeType = NoticeType> = {
  [K in T]: {
    readonly type: K;
    /** Tells apart two of one type that one event gives rise to. */
    readonly key: string;
    readonly hosts: readonly string[];
    readonly behaviours: readonly string[];
    readonly data: NoticeData[K];
  };
}[T];
