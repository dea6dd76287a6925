/** How long things may take. */
export interface Timings {
  /** One attempt of a call; for a read, the silence between two of its messages. */
  readonly attemptMs: number;
  /** A read without progress for this long, over all its attempts, fails. */
  readonly readMs: number;
  /** At start: no answer from the server for this long is a failure. */
  readonly openMs: number;
  /** The subscription is begun anew when it has not delivered, for this long, what we know to be there. */
  readonly stallMs: number;
  /** Between attempts: this long, then twice as long each time, up to the most. */
  readonly retryMs: { readonly least: number; readonly most: number };
}

export const timingsFor = (attemptMs: number): Timings => ({
  attemptMs,
  readMs: 30_000,
  openMs: 15_000,
  stallMs: 10_000,
  retryMs: { least: 20, most: 2_000 },
});
