import { setTimeout } from 'node:timers/promises';

/** The time that a lease is judged by. */
export interface LeaseClock {
  /** Milliseconds of a clock that nobody sets; comparable within this process only. */
  readonly now: () => number;
  /** Ends early when aborted; never throws. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const SYSTEM_CLOCK: LeaseClock = {
  now: () => performance.now(),
  // It rejects when the signal ends it: an end of the wait as well.
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined),
};
