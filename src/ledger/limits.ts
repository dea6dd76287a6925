/** Bounds of a ledger. Over a bound: `InvalidAppend` or `Overloaded`, early, and nothing half-done. */
export interface LedgerLimits {
  /** Appends accepted and not yet answered. */
  readonly maxWaitingAppends: number;
  /** Bytes of the bodies of those appends. */
  readonly maxWaitingBytes: number;
  /** Bytes of one event's `data` and `metadata` as JSON. */
  readonly maxEventBytes: number;
  /** Bytes of all events of one append. EventStoreDB's own default is 1 MiB. */
  readonly maxAppendBytes: number;
  readonly maxEventsPerAppend: number;
  /** Appends that SQLite commits together, with one sync to disk; the other engines have no groups. */
  readonly maxGroupAppends: number;
  /** An append without an answer after this long ends in `UnknownOutcome`. */
  readonly appendTimeoutMs: number;
  /** A subscription that had caught up and then finds more events than this waiting says `fellBehind`. */
  readonly fellBehindAfter: number;
}

export const DEFAULT_LIMITS: LedgerLimits = Object.freeze({
  maxWaitingAppends: 10_000,
  maxWaitingBytes: 64 * 1024 * 1024,
  maxEventBytes: 512 * 1024,
  maxAppendBytes: 1024 * 1024,
  maxEventsPerAppend: 1_000,
  // More gains little, and makes the first of the group wait for the last.
  maxGroupAppends: 128,
  appendTimeoutMs: 30_000,
  fellBehindAfter: 1_000,
});
