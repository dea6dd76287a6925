import { Growth } from '../../ledger/growth.js';
import { START, type Ledger, type Position } from '../../ledger/port.js';
import type { ReportContext } from '../../recording/report-context.js';
import { UNCLAIMED_PREFIX } from '../../recording/streams.js';
import type { Logger } from '../../runtime/logging.js';
import { readOn, type RetryMs } from '../../views/read-on.js';
import type { Views } from '../../views/views.js';
import type { UnclaimedLines } from './unclaimed-lines.js';

export interface UnclaimedFollowerOptions {
  readonly ledger: Pick<Ledger, 'subscribe' | 'head'>;
  /** A name that they come to know is looked for among those that wait. */
  readonly views: Pick<Views, 'onChange'>;
  readonly lines: UnclaimedLines;
  /** Of what it claims by itself. */
  readonly context: ReportContext;
  readonly log: Pick<Logger, 'error'>;
  /** Between two looks, too: twice as long each time that one fails. @defaultValue 100 ms to 10 s */
  readonly retryMs?: RetryMs;
}

const RETRY_MS: RetryMs = { least: 100, most: 10_000 };

/**
 * Keeps {@link UnclaimedLines} up to what any server on the ledger puts aside or claims, from the first event on, and claims
 * what the views of this one say the VM of. A report claims by itself what it names; this is for lines that came to another
 * server than the report, and for what a server had no time to claim.
 */
export class UnclaimedFollower {
  /**
   * Resolves when it knows all that waited at the start and has tried to claim it, whatever failed on the way; never when
   * stopped before.
   */
  readonly caughtUp: Promise<void>;
  readonly #options: UnclaimedFollowerOptions;
  readonly #markCaughtUp: () => void;
  readonly #stopping = new AbortController();
  readonly #news = new Growth();
  #unsubscribe: () => void = () => undefined;
  #running: Promise<unknown> = Promise.resolve();
  #at: Position = START;
  #level = false;
  #toBeLevel: Position | null = null;
  #toLook = true;
  #looks = 0;

  constructor(options: UnclaimedFollowerOptions) {
    this.#options = options;
    let markCaughtUp = (): void => undefined;
    this.caughtUp = new Promise((resolve) => (markCaughtUp = resolve));
    this.#markCaughtUp = markCaughtUp;
  }

  /** Begins; once, and with views that know every name which the ledger had at the start. */
  start(): void {
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    const { views, log, retryMs = RETRY_MS } = this.#options;
    const failed = (what: string) => (err: unknown, pauseMs: number) => {
      if (!signal.aborted) log.error({ err, pauseMs }, `lines that wait for their VM could not be ${what}`);
    };
    this.#unsubscribe = views.onChange(() => this.#wake());
    this.#running = Promise.all([
      readOn({ signal, retryMs, at: () => this.#at, read: () => this.#follow(), failed: failed('read') }),
      readOn({
        signal,
        retryMs,
        at: () => this.#looks,
        read: () => this.#look(),
        failed: failed('recorded'),
      }),
    ]);
  }

  /** Ends after the claim in hand. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#stopping.abort();
    await this.#running;
  }

  async #follow(): Promise<void> {
    const { ledger, lines } = this.#options;
    // Not where nothing follows: under writes that may never be.
    this.#toBeLevel ??= await ledger.head();
    const options = { filter: { streamPrefix: UNCLAIMED_PREFIX }, signal: this.#stopping.signal };
    for await (const delivery of ledger.subscribe(this.#at, options)) {
      if (delivery.kind === 'checkpoint') this.#at = delivery.position;
      if (delivery.kind === 'event') {
        lines.heard(delivery.event);
        this.#at = delivery.event.position;
        this.#wake();
      }
      if (!this.#level && (delivery.kind === 'caughtUp' || this.#at >= this.#toBeLevel)) {
        this.#level = true;
        this.#wake();
      }
    }
  }

  /** Waits until there is something to look for, and looks once, however much there is. */
  async #look(): Promise<void> {
    const { signal } = this.#stopping;
    while (!this.#toLook || !this.#level) {
      await this.#news.next(signal);
      if (signal.aborted) return;
    }
    this.#toLook = false;
    try {
      await this.#options.lines.claimAll(this.#options.context, signal);
      this.#looks += 1;
    } catch (error) {
      this.#toLook = true;
      throw error;
    } finally {
      this.#markCaughtUp();
    }
  }

  #wake(): void {
    this.#toLook = true;
    this.#news.notify();
  }
}
