import { setTimeout } from 'node:timers/promises';

/** Between two looks. */
const LOOK_EVERY_MS = 2_000;
/**
 * Without an answer for so long, the ledger cannot be reached. A leader that changes is to take no server out: whoever had a
 * connection to the one that died waits an attempt's deadline, 5 s unless the connection string says otherwise, and
 * may meet another such node before the cluster has elected.
 */
export const LEDGER_SILENT_MS = 15_000;

export interface LedgerWatchOptions {
  /** Asks the ledger how many events the views lack; may take long, and fail, when it cannot be reached. */
  readonly lag: () => Promise<number>;
  readonly measured: (lag: number) => void;
  readonly failed: (error: unknown) => void;
  /** Milliseconds that only grow. @defaultValue `performance.now` */
  readonly now?: () => number;
  /** @defaultValue 2 s */
  readonly everyMs?: number;
}

/** Looks at the ledger again and again: how far the views are behind it, and whether it answers at all. */
export class LedgerWatch {
  readonly #options: LedgerWatchOptions;
  readonly #now: () => number;
  readonly #stopping = new AbortController();
  #answeredAt: number;
  #behind = 0;

  /** The ledger has just been opened. */
  constructor(options: LedgerWatchOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#answeredAt = this.#now();
  }

  /** Events that the views lacked when the ledger last answered. */
  get behind(): number {
    return this.#behind;
  }

  /** Why nothing can be recorded; undefined when the ledger has answered of late. */
  get silence(): string | undefined {
    const silentMs = this.#now() - this.#answeredAt;
    if (silentMs <= LEDGER_SILENT_MS) return undefined;
    return `the ledger has not answered for ${Math.round(silentMs / 1000)} s`;
  }

  start(): void {
    void this.#watch();
  }

  /** Does not wait for the look under way, which may take as long as the ledger is silent. */
  stop(): void {
    this.#stopping.abort();
  }

  async look(): Promise<void> {
    try {
      this.#behind = await this.#options.lag();
      this.#answeredAt = this.#now();
      this.#options.measured(this.#behind);
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#options.failed(error);
    }
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    const { everyMs = LOOK_EVERY_MS } = this.#options;
    for (;;) {
      await setTimeout(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await this.look();
    }
  }
}
