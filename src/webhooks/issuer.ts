import { setImmediate } from 'node:timers/promises';
import type { Ledger, Position } from '../ledger/port.js';
import { batchesOf, type Batch } from '../views/batches.js';
import { VM_AND_HOST_TYPES } from '../views/queries/event-feed.js';
import { readOn } from '../views/read-on.js';
import { StretchDeriver, type IssueSources } from './issue-stretch.js';
import type { Journal, JournalLog } from './journal.js';
import { LeaseLost } from './journal.js';

export interface IssuerOptions {
  readonly ledger: Pick<Ledger, 'subscribe'>;
  readonly journal: Pick<Journal, 'holding' | 'through' | 'issue' | 'onHolding'>;
  readonly sources: IssueSources;
  /** Where to begin when nothing was issued yet: where the first endpoint was registered. */
  readonly begin: () => Promise<Position>;
  readonly log: JournalLog;
  /** Told how many messages each issue had. */
  readonly issued?: (messages: number) => void;
}

const BATCH = { maxEvents: 256, maxWaitMs: 20 };
/** Events that nothing was said of: after so many, how far was read is written down. */
const QUIET_EVENTS = 1_000;
const RETRY_MS = { least: 200, most: 10_000 };

/** What is read: not the journal, which would follow from itself. */
const TYPES = [...Object.keys(VM_AND_HOST_TYPES), 'BuildProbed', 'CatalogueRevised'];

/**
 * Reads the ledger from where the outbox ends and writes to it what is worth telling, as long as this process holds the
 * lease. What was considered once is never derived again, so neither a rebuild nor a new catalogue says anything twice.
 */
export class Issuer {
  readonly #options: IssuerOptions;
  #ending: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();
  #unsubscribe: () => void = () => undefined;

  constructor(options: IssuerOptions) {
    this.#options = options;
  }

  start(): void {
    const { journal } = this.#options;
    this.#unsubscribe = journal.onHolding((holding) => this.#follow(holding));
    if (journal.holding) this.#follow(true);
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#follow(false);
    await this.#running;
  }

  #follow(holding: boolean): void {
    this.#ending?.abort();
    this.#ending = null;
    if (!holding) return;
    const ending = new AbortController();
    this.#ending = ending;
    this.#running = this.#running.then(() => this.#run(ending.signal));
  }

  #run(signal: AbortSignal): Promise<void> {
    const { journal, log } = this.#options;
    return readOn({
      signal,
      retryMs: RETRY_MS,
      at: () => journal.through,
      read: () => this.#read(signal),
      failed: (error) => {
        if (!(error instanceof LeaseLost) && error !== signal.reason)
          log.warn({ error: String(error) }, 'webhooks: reading on in a while');
      },
    });
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { ledger, journal, sources, begin } = this.#options;
    let after = journal.through;
    const from = after ?? (await begin());
    const deriver = new StretchDeriver(sources, from, signal);
    const subscribe = (own: AbortSignal) => ledger.subscribe(from, { filter: { types: TYPES }, signal: own });
    let quiet = 0;
    for await (const batch of batchesOf(subscribe, signal, BATCH)) {
      if (signal.aborted) return;
      const messages = await deriver.messagesOf(batch.events);
      quiet += batch.events.length;
      const through = throughOf(batch);
      if (through !== null && (messages.length > 0 || quiet >= QUIET_EVENTS)) {
        await journal.issue({ after, through, messages });
        this.#options.issued?.(messages.length);
        after = through;
        quiet = 0;
      }
      await setImmediate();
    }
  }
}

const throughOf = ({ events, position }: Batch): Position | null =>
  position ?? events.at(-1)?.position ?? null;
