import type { Build } from '../qemu/build.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import type { Carried } from './carried.js';
import type { HopStatistics, Labels, StopReason, Verdict } from './events.js';
import type { HopOutcome } from './link.js';

/** A VM as derived from its events: never stored, always computed (`derive.ts`). Times are ISO 8601, UTC. */
export interface Vm {
  readonly uuid: string;
  /** The name last reported; earlier ones in `names`. */
  readonly name: string | null;
  readonly names: readonly string[];
  /** As last set by an operator. */
  readonly labels: Labels;
  readonly state: 'running' | 'migrating' | 'saved' | 'stopped' | 'unknown';
  /** The process that holds the guest now; null when none does. */
  readonly current: VmProcess | null;
  readonly processes: readonly VmProcess[];
  readonly powerCycles: readonly PowerCycle[];
  readonly hops: readonly Hop[];
  readonly savedStates: readonly SavedState[];
  readonly leftovers: readonly Leftover[];
  /**
   * Of the running guest, of the last saved state when it is saved; of one that left for a host that reports nothing,
   * as it left, and assumed. Empty when it is off.
   */
  readonly carried: Carried;
  readonly firstSeenAt: string | null;
  readonly lastSeenAt: string | null;
}

/** One QEMU process on one host. */
export interface VmProcess {
  readonly id: string;
  readonly host: string;
  readonly origin: 'cold-boot' | 'hop' | 'restore' | 'adopted';
  /** False when the origin follows from what else is known, nobody having said so. */
  readonly attested: boolean;
  readonly build: Build | null;
  /** `assumed` when the host's first report is later than the process. */
  readonly buildCertainty: 'certain' | 'assumed' | 'unknown';
  readonly configuration: LaunchConfiguration | null;
  /** Told by itself, of a process whose configuration is not known; else left out. To ask: `machineTypeOf`. */
  readonly toldMachineType?: string | undefined;
  readonly kernel: string | null;
  readonly openedAt: string;
  readonly endedAt: string | null;
  readonly endReason: StopReason | null;
  readonly powerCycle: string;
  /** As it was at the end, or is now. Empty for a process that never held the guest. */
  readonly carried: Carried;
  readonly eventIds: readonly string[];
}

/** From a cold boot to the power-off, however many processes carry it in turn. */
export interface PowerCycle {
  /** Id of the process it began with. */
  readonly id: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Null when the cold boot was not seen, and no operator said where it was. */
  readonly bornOn: Build | null;
  readonly birthSeen: boolean;
  readonly machineType: string | null;
  readonly processes: readonly string[];
}

/** Guest state that left one process and was to be loaded by another. */
export interface Hop {
  readonly id: string;
  readonly via: 'migration' | 'restore';
  readonly outcome: HopOutcome;
  readonly from: { readonly process: string; readonly host: string; readonly build: Build | null } | null;
  readonly to: { readonly process: string; readonly host: string; readonly build: Build | null };
  /** For restores: the saved state; `assumed` when another could be it, or none was named on another host. */
  readonly savedState: { readonly id: string; readonly certainty: 'certain' | 'assumed' } | null;
  /** The state passed through processes that nobody reported. */
  readonly gap: boolean;
  readonly confirmedBy: readonly ('source' | 'destination')[];
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly statistics: HopStatistics | null;
  readonly error: string | null;
  /** What the stream brings: the source's values, told of the destination's devices. */
  readonly carriedIn: Carried;
  /** What hopledger answered before it. */
  readonly advice: { readonly eventId: string; readonly verdict: Verdict; readonly answer: string } | null;
}

/** Guest state in a file or snapshot. It carries what the guest carried, whatever is booted in between. */
export interface SavedState {
  readonly id: string;
  readonly savedAt: string;
  readonly host: string;
  readonly process: string;
  readonly build: Build | null;
  readonly configuration: LaunchConfiguration | null;
  readonly carried: Carried;
  readonly restoredBy: readonly string[];
}

/** An override found in the definition of a cold boot: every later cold boot latches the bad value anew. */
export interface Leftover {
  readonly process: string;
  readonly host: string;
  readonly at: string;
  readonly alias: string;
  readonly behaviour: string;
  readonly property: string;
  readonly text: string;
  readonly from: 'device' | 'global' | 'cpu';
  /** True while the power cycle it latched is running. */
  readonly inEffect: boolean;
}
