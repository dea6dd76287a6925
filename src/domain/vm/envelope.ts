import type { VmEvent } from './events.js';

/** Who says so, with which tool, from where; the same for every kind of event. */
export interface EventMetadata {
  /** Version of the data's schema; older ones are upcast on reading. */
  readonly schemaVersion: number;
  /** ISO 8601, by the clock of the host that attests. */
  readonly occurredAt: string;
  /** That clock minus the ledger's, in milliseconds, when the report let it be measured; positive: host ahead. */
  readonly clockSkewMs: number | null;
  /** Authenticated caller, or `local`. */
  readonly actor: string;
  /** Which tool said it (`libvirt-hook`, `virsh-event`, `libvirt-log`, `api`). */
  readonly tool: string;
  readonly correlationId: string;
  /** The event that this one answers; null for a report from outside. */
  readonly causationId: string | null;
  /** The report it was made from, secrets removed. */
  readonly report: unknown;
}

/** An event as the ledger holds it, for the fold. */
export interface Recorded<E = VmEvent> {
  readonly id: string;
  readonly data: E;
  readonly metadata: EventMetadata;
  /** ISO 8601, the ledger's clock. */
  readonly recordedAt: string;
  /** Comparable only as the ledger's positions are; the fold never orders by it. */
  readonly position: string;
  readonly revision: bigint;
}
