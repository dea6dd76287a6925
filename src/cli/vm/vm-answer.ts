/** What the queries of `vm-query.ts` answer. */
export interface VmHead {
  readonly uuid: string;
  readonly name: string | null;
  readonly names: readonly string[];
  readonly labels: readonly { readonly key: string; readonly value: string }[];
  readonly state: string;
  readonly tainted: boolean | null;
  readonly position: string;
  readonly revision: string;
  readonly firstSeenAt: string | null;
  readonly lastSeenAt: string | null;
  readonly current: CurrentProcess | null;
}

export interface CurrentProcess {
  readonly id: string;
  readonly host: string;
  readonly origin: string;
  readonly attested: boolean;
  readonly build: Labelled | null;
  readonly buildCertainty: string;
  readonly kernel: string | null;
  readonly openedAt: string;
  readonly powerCycle: string;
  readonly machineType: string | null;
  readonly configuration: {
    readonly accelerator: string | null;
    readonly cpu: { readonly mode: string; readonly model: string | null } | null;
  } | null;
}

export interface Labelled {
  readonly label: string;
}

export interface PowerCycle {
  readonly id: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly bornOn: Labelled | null;
  readonly birthSeen: boolean;
  readonly machineType: string | null;
}

export interface HopEnd {
  readonly process: string;
  readonly host: string;
  readonly build: (Labelled & { readonly version: string }) | null;
}

export interface Hop {
  readonly id: string;
  readonly via: string;
  readonly outcome: string;
  readonly from: HopEnd | null;
  readonly to: HopEnd;
  readonly savedState: { readonly id: string; readonly certainty: string } | null;
  readonly gap: boolean;
  readonly confirmedBy: readonly string[];
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly error: string | null;
  /** What the error means. */
  readonly diagnosis: { readonly summary: string } | null;
  readonly advice: { readonly verdict: string; readonly answer: string } | null;
}

export interface Carried {
  readonly alias: string;
  readonly qomType: string | null;
  readonly behaviourId: string;
  readonly value: string | null;
  readonly possible: readonly string[];
  readonly latent: string | null;
  readonly certainty: string;
  readonly reference: string | null;
  readonly tainted: boolean | null;
  readonly because: {
    readonly how: string;
    readonly eventId: string | null;
    readonly at: string | null;
    readonly process: string;
    readonly ruleId: string | null;
    readonly explicit: string | null;
  };
  readonly drift: { readonly derived: string | null; readonly observed: string } | null;
}

export interface SavedState {
  readonly id: string;
  readonly savedAt: string;
  readonly host: string;
  readonly build: Labelled | null;
  readonly restoredBy: readonly string[];
}

export interface Leftover {
  readonly host: string;
  readonly at: string;
  readonly alias: string;
  readonly behaviourId: string;
  readonly property: string;
  readonly text: string;
  readonly from: string;
  readonly inEffect: boolean;
}

export interface VmEvent {
  readonly id: string;
  readonly type: string;
  readonly host: string | null;
  readonly position: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: string;
  readonly tool: string;
  readonly data: unknown;
}

/** A behaviour, as far as a taint is explained with it. */
export interface BehaviourWords {
  readonly id: string;
  readonly title: string;
  readonly sticky: string;
  readonly consequence: string;
}

/** All that `hopledger vm` shows. */
export interface VmAnswer extends VmHead {
  readonly powerCycles: readonly PowerCycle[];
  readonly carried: readonly Carried[];
  readonly hops: readonly Hop[];
  readonly savedStates: readonly SavedState[];
  readonly leftovers: readonly Leftover[];
  /** Only when asked for. */
  readonly events?: readonly VmEvent[];
}
