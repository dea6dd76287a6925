/** A rebuild of the views beside those that serve. */
export interface RebuildStatus {
  readonly state: 'running' | 'done' | 'failed';
  /** ISO 8601, by this server's clock. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Of the ledger, so far. */
  readonly eventsRead: number;
  /** Why it failed. */
  readonly reason: string | null;
}

export interface RebuildLimits {
  /** How often it is looked whether the views beside are level. */
  readonly lookMs: number;
  /** How often its progress is logged. */
  readonly tellMs: number;
  /** Without progress for this long it is given up. */
  readonly stallMs: number;
  /** How long those that serve are held for those beside to become level, the first time; longer when that was not enough. */
  readonly holdMs: number;
  /** How long the views before stay open, for questions that began with them. */
  readonly graceMs: number;
}

export const DEFAULT_REBUILD_LIMITS: RebuildLimits = Object.freeze({
  lookMs: 20,
  tellMs: 10_000,
  stallMs: 120_000,
  holdMs: 1_000,
  graceMs: 60_000,
});
