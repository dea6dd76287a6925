import type { Build } from '../qemu/build.js';
import type { Device, LaunchConfiguration } from '../qemu/device.js';
import type { Override } from '../qemu/override.js';

/**
 * What hosts, tools and operators attest about one VM (stream `vm-<uuid>`).
 * Each event holds only what its reporter saw: pairing the two ends of a hop, telling a cold boot from
 * an incoming one, order and blame are derived (`lineage.ts`). Past tense; never edited.
 */
export type VmEvent =
  | VmLaunched
  | ProcessPrepared
  | ProcessStarted
  | VmAdopted
  | HopPrepared
  | HopStarted
  | HopCompleted
  | HopFailed
  | GuestReset
  | DevicePlugged
  | DeviceUnplugged
  | StateSaved
  | StateRestored
  | VmStopped
  | ValueObserved
  | OriginAsserted
  | AdviceGiven
  | LabelsSet
  | EventCorrected
  | EventRetracted;

export type VmEventType = VmEvent['type'];
export type VmEventOf<T extends VmEventType> = Extract<VmEvent, { type: T }>;

interface OnHost {
  /** The host that attests to it. */
  readonly host: string;
  /** The VM's name there, when the report says it; names change, UUIDs do not. */
  readonly name: string | null;
}

/** A process as its reporter saw it start. */
interface ProcessFacts {
  /** Null: the reporter does not know; the host's own report at that time is used. */
  readonly build: Build | null;
  readonly configuration: LaunchConfiguration | null;
  readonly kernel: string | null;
  /**
   * Versioned, alias resolved; of a reporter that knows nothing else of the configuration. Where `configuration` is
   * there, its own counts. Null or left out: not told by itself.
   */
  readonly machineType?: string | null | undefined;
}

/** A cold boot, known as such: no `-incoming`, no restore. */
export interface VmLaunched extends OnHost, ProcessFacts {
  readonly type: 'VmLaunched';
}

/** libvirt is about to start a process (`prepare begin`, `start begin`). Cold or incoming: the hook does not say. */
export interface ProcessPrepared extends OnHost {
  readonly type: 'ProcessPrepared';
  readonly phase: 'prepare' | 'start';
}

/** A process is up (`started begin`). Cold or incoming: the hook does not say, and it is no arrival. */
export interface ProcessStarted extends OnHost, ProcessFacts {
  readonly type: 'ProcessStarted';
}

/** Seen running, its start unseen (daemon restart, first import). */
export interface VmAdopted extends OnHost, ProcessFacts {
  readonly type: 'VmAdopted';
}

/** This host is to receive guest state: libvirt's `migrate begin` or `restore begin`. */
export interface HopPrepared extends OnHost {
  readonly type: 'HopPrepared';
  readonly via: HopVia;
  /** What was asked, before any rewrite by hopledger. */
  readonly configuration: LaunchConfiguration | null;
}
export type HopVia = 'migration' | 'restore';

/** An incoming process is up, known to be incoming. No arrival. */
export interface HopStarted extends OnHost, ProcessFacts {
  readonly type: 'HopStarted';
  readonly via: HopVia;
}

/** Guest state arrived. One fact, often attested by both ends. On the source it also ends the process. */
export interface HopCompleted extends OnHost {
  readonly type: 'HopCompleted';
  readonly attestedBy: 'source' | 'destination';
  readonly statistics: HopStatistics | null;
}
export interface HopStatistics {
  readonly totalMs: number | null;
  readonly downtimeMs: number | null;
  readonly transferredBytes: number | null;
}

/** The destination would not take the state, with its words where there are any. */
export interface HopFailed extends OnHost {
  readonly type: 'HopFailed';
  readonly error: string | null;
}

/** A reset that keeps the process. */
export interface GuestReset extends OnHost {
  readonly type: 'GuestReset';
  readonly reason: string | null;
}

export interface DevicePlugged extends OnHost {
  readonly type: 'DevicePlugged';
  readonly device: Device;
}
export interface DeviceUnplugged extends OnHost {
  readonly type: 'DeviceUnplugged';
  readonly alias: string;
}

/** Guest state written to a file or snapshot. */
export interface StateSaved extends OnHost {
  readonly type: 'StateSaved';
  /** The reporter's own name for the saved state; null: one is derived. */
  readonly savedState: string | null;
  /** False when the process runs on (snapshot, `save --running` copies). */
  readonly stopped: boolean;
}

/** A process holds a saved state. */
export interface StateRestored extends OnHost, ProcessFacts {
  readonly type: 'StateRestored';
  readonly savedState: string | null;
  /** When the state was saved from another VM (clone). */
  readonly fromVm: string | null;
}

/** The process ended. `failed` is libvirt's word for a start or a load that came to nothing. */
export interface VmStopped extends OnHost {
  readonly type: 'VmStopped';
  readonly reason: StopReason;
}
export type StopReason =
  | 'shutdown'
  | 'destroyed'
  | 'crashed'
  | 'saved'
  | 'migrated'
  | 'failed'
  | 'from-snapshot'
  | 'daemon'
  | 'unknown';

/** A value read out of a running guest's device. Outranks derivation. */
export interface ValueObserved extends OnHost {
  readonly type: 'ValueObserved';
  readonly alias: string;
  /** `property`: `qom-get`; `register`: config space by name (`PCI_ERR_UNCOR_MASK`). */
  readonly what: { readonly kind: 'property' | 'register'; readonly name: string };
  readonly value: string;
}

/** An operator says where and on which build the power cycle now running began. */
export interface OriginAsserted extends OnHost {
  readonly type: 'OriginAsserted';
  readonly build: Build;
  readonly configuration: LaunchConfiguration | null;
  readonly reason: string;
}

/** What hopledger answered, kept for the audit to hold against what was done. */
export interface AdviceGiven extends OnHost {
  readonly type: 'AdviceGiven';
  readonly verdict: Verdict;
  readonly answer: 'unchanged' | 'rewritten' | 'refused' | 'warned';
  readonly overrides: readonly Override[];
  /** Explicit properties taken out because the destination's build does not know them. */
  readonly removals: readonly { readonly alias: string | null; readonly property: string }[];
  readonly message: string | null;
  readonly catalogueRevision: string;
  /** The VM stream's revision that the answer was computed from; null for an empty stream. */
  readonly basedOnRevision: string | null;
}
export type Verdict = 'SAFE' | 'NEEDS_OVERRIDES' | 'RISKY' | 'BLOCKED' | 'UNKNOWN';

/** What an operator calls the VM by, for filters: all its labels, in place of those before. Nothing is derived from them. */
export interface LabelsSet {
  readonly type: 'LabelsSet';
  readonly labels: Labels;
}
/** As Kubernetes has them: a key is a name with an optional DNS prefix (`example.org/team`). */
export type Labels = Readonly<Record<string, string>>;

/** Replaces fields of an earlier event's data. Nothing is edited; derived state recomputes. */
export interface EventCorrected {
  readonly type: 'EventCorrected';
  readonly eventId: string;
  /** Fields of the target's data to replace; `occurredAt` corrects the time. */
  readonly replacement: Readonly<Record<string, unknown>>;
  readonly reason: string;
}
export interface EventRetracted {
  readonly type: 'EventRetracted';
  readonly eventId: string;
  readonly reason: string;
}
