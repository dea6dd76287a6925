import { messageOf, type ViewsLog } from '../../views/views-log.js';
import { MAX_SETTLED, type Settled } from '../journal-events.js';

/** What the dispatcher needs of the journal: see `Journal`. */
export interface DeliveryJournal {
  /** Nobody else sends. */
  readonly holding: boolean;
  /** @throws LeaseLost when another process holds it by now; nothing was written */
  settle(deliveries: readonly Settled[]): Promise<void>;
  onHolding(listener: (holding: boolean) => void): void;
}

/** Between two tries to write the same: twice as long each time. */
const RETRY_MS = { least: 200, most: 10_000 };

/**
 * Outcomes on their way into the journal, in order, one append at a time: while one is written the next ones gather. When
 * the lease is lost they are let go: whoever holds it sends again what is not on record.
 */
export class Settlements {
  #waiting: Settled[] = [];
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;

  constructor(
    private readonly journal: DeliveryJournal,
    private readonly log: ViewsLog,
    private readonly pause: (ms: number) => Promise<void>,
  ) {}

  get size(): number {
    return this.#waiting.length;
  }

  add(settled: Settled): void {
    this.#waiting.push(settled);
    if (!this.#isWriting) this.#writing = this.#write();
  }

  /** Forgets what is not written yet. */
  clear(): void {
    this.#waiting = [];
  }

  /** Resolves when all is written, or let go. */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    // What is settled in the same turn goes together.
    await Promise.resolve();
    let pauseMs = RETRY_MS.least;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, MAX_SETTLED);
      try {
        await this.journal.settle(batch);
        pauseMs = RETRY_MS.least;
        const written = new Set(batch);
        this.#waiting = this.#waiting.filter((settled) => !written.has(settled));
      } catch (error) {
        if (!this.journal.holding) {
          this.clear();
          break;
        }
        this.log.warn(
          `webhooks: outcomes could not be recorded: ${messageOf(error)}; again in ${pauseMs} ms`,
        );
        await this.pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, RETRY_MS.most);
      }
    }
    this.#isWriting = false;
  }
}
