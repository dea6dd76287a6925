import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/webhooks/dispatch/clock.js';

/** Turns of the loop in which what was begun comes to its end: the ledger and the store are in memory. */
const TURNS = 100;
const PATIENCE_MS = 10_000;

/** Time that passes when a test says so. */
export class ManualClock implements Clock {
  readonly #timers = new Set<{ readonly at: number; readonly work: () => void }>();
  #now: number;

  /** @param now milliseconds since 1970 */
  constructor(now = 1_795_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, work: () => void): () => void {
    const timer = { at: this.#now + ms, work };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  async pass(ms: number): Promise<void> {
    await this.settled();
    this.#now += ms;
    for (const timer of [...this.#timers].filter(({ at }) => at <= this.#now)) {
      this.#timers.delete(timer);
      timer.work();
    }
    await this.settled();
  }

  /** Lets time pass until something ends that waits for it. */
  async passUntil(end: Promise<unknown>): Promise<void> {
    const ended = end.then(() => 'ended');
    while ((await Promise.race([ended, this.pass(1_000)])) !== 'ended');
  }

  async settled(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
  }
}

/** For what comes by itself, through the ledger and the store. @throws Error when it does not come */
export const until = async (holds: () => boolean): Promise<void> => {
  const latest = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > latest) throw new Error('it never came to be');
    await setImmediate();
  }
};
