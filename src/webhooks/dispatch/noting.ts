import { messageOf, type ViewsLog } from '../../views/views-log.js';
import type { Clock } from './clock.js';

/** Between two tries to put the same on record: twice as long each time. */
const AGAIN_MS = { least: 1_000, most: 60_000 };

/**
 * What is to be said of endpoints, of each one thing at a time, and again until it is on record. A ledger that refuses at
 * once is asked seldom.
 */
export class Noting {
  readonly #endpoints = new Set<string>();

  /** @param done told when something is on record, or was let go */
  constructor(
    private readonly clock: Clock,
    private readonly log: ViewsLog,
    private readonly done: () => void,
  ) {}

  /** Something is to be said of it that is not on record yet. */
  has(endpoint: string): boolean {
    return this.#endpoints.has(endpoint);
  }

  /** @param signal lets it go: another sends now, and says it */
  say(endpoint: string, say: () => Promise<void>, signal: AbortSignal): void {
    if (this.#endpoints.has(endpoint)) return;
    this.#endpoints.add(endpoint);
    void this.#untilSaid(endpoint, say, signal).finally(() => {
      this.#endpoints.delete(endpoint);
      this.done();
    });
  }

  async #untilSaid(endpoint: string, say: () => Promise<void>, signal: AbortSignal): Promise<void> {
    for (let pauseMs = AGAIN_MS.least; ; pauseMs = Math.min(pauseMs * 2, AGAIN_MS.most)) {
      try {
        await say();
        return;
      } catch (error) {
        this.log.warn(`webhooks: endpoint ${endpoint}: ${messageOf(error)}; again in ${pauseMs} ms`);
      }
      await new Promise<void>((resolve) => void this.clock.after(pauseMs, resolve));
      if (signal.aborted) return;
    }
  }
}
