/** Time, as a test may slow it down or hurry it on. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** @returns what takes it back */
  after(ms: number, work: () => void): () => void;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
