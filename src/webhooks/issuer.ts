import { setImmediate } from 'node:timers/promises';
import type { Ledger, Position, StoredEvent } from '../ledger/port.js';
import { batchesOf } from '../views/batches.js';
import { VM_AND_HOST_TYPES } from '../views/queries/event-feed.js';
import { readOn } from '../views/read-on.js';
import { issueBegin } from './issue-begin.js';
import { StretchDeriver, type IssueSources } from './issue-stretch.js';
import type { Place } from './journal-events.js';
import type { Journal, JournalLog } from './journal.js';
import { LeaseLost } from './journal.js';

export interface IssuerOptions {
  readonly ledger: Pick<Ledger, 'subscribe' | 'readStream' | 'readAll'>;
  readonly journal: Pick<Journal, 'holding' | 'state' | 'issue' | 'onHolding'>;
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
const FILTER = { types: [...Object.keys(VM_AND_HOST_TYPES), 'BuildProbed', 'CatalogueRevised'] };

/**
 * Reads the ledger from where the outbox ends and writes to it what is worth telling, as long as this process holds the
 * lease. What was considered once is never derived again, so neither a rebuild nor a new catalogue says anything twice.
 */
export class Issuer {
  readonly #options: IssuerOptions;
  #ending: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();
  #unsubscribe: () => void = () => undefined;
  #fault: unknown = null;

  constructor(options: IssuerOptions) {
    this.#options = options;
  }

  /** Why the ledger is not read on, though this process holds the lease; null: it is. Meanwhile nothing new is told. */
  get fault(): unknown {
    return this.#fault;
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
    this.#fault = null;
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
      at: () => journal.state.through,
      read: () => this.#read(signal),
      failed: (error) => {
        if (error instanceof LeaseLost || signal.aborted) return;
        this.#fault = error;
        log.warn({ error: String(error) }, 'webhooks: reading on in a while');
      },
    });
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { ledger, journal, sources, begin } = this.#options;
    const { state } = journal;
    let after = state.through;
    const from = (await issueBegin(ledger, state, FILTER)) ?? (await begin());
    const deriver = new StretchDeriver(sources, from, signal);
    const subscribe = (own: AbortSignal) => ledger.subscribe(from, { filter: FILTER, signal: own });
    let quiet = 0;
    for await (const batch of batchesOf(subscribe, signal, BATCH)) {
      if (signal.aborted) return;
      const messages = await deriver.messagesOf(batch.events);
      quiet += batch.events.length;
      this.#fault = null;
      const last = batch.events.at(-1);
      if (last !== undefined && (messages.length > 0 || quiet >= QUIET_EVENTS)) {
        await journal.issue({ after, through: last.position, lastEvent: placeOf(last), messages });
        this.#options.issued?.(messages.length);
        after = last.position;
        quiet = 0;
      }
      await setImmediate();
    }
  }
}

const placeOf = ({ stream, revision, id }: StoredEvent): Place => ({
  stream,
  revision: Number(revision),
  id,
});
