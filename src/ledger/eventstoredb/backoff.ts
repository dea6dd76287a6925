import { setTimeout } from 'node:timers/promises';
import type { Timings } from './timings.js';

/** Pauses between attempts that grow, up to a bound, and begin anew after a success. */
export class Backoff {
  #nextMs: number;
  constructor(private readonly bounds: Timings['retryMs']) {
    this.#nextMs = bounds.least;
  }

  succeeded(): void {
    this.#nextMs = this.bounds.least;
  }

  /** Ended early by `signal`. */
  async pause(signal: AbortSignal, mostMs = Infinity): Promise<void> {
    const ms = Math.min(this.#nextMs, Math.max(0, mostMs));
    this.#nextMs = Math.min(this.#nextMs * 2, this.bounds.most);
    await setTimeout(ms, undefined, { signal }).catch(() => undefined);
  }
}
