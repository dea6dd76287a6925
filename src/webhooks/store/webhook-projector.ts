import { setImmediate } from 'node:timers/promises';
import type { Filter, Ledger } from '../../ledger/port.js';
import { batchesOf } from '../../views/batches.js';
import { readOn } from '../../views/read-on.js';
import { isOtherLedger } from '../../views/settle.js';
import { messageOf, SILENT, type ViewsLog } from '../../views/views-log.js';
import type { WebhookStore } from './webhook-store.js';

const FILTER: Filter = { streamPrefix: 'webhook-' };
const BATCH = { maxEvents: 64, maxWaitMs: 5 };
const RETRY_MS = { least: 100, most: 10_000 };

export interface WebhookProjectorOptions {
  readonly ledger: Pick<Ledger, 'subscribe' | 'readAll'>;
  readonly store: WebhookStore;
  readonly log?: ViewsLog;
  /** Told when reading stands still, and when it goes on. */
  readonly standsStill?: (isSo: boolean) => void;
}

/**
 * Keeps the store up to the ledger. A fault, and an event that this release cannot read, is told and tried again from the
 * checkpoint: nothing is passed over, since that could mean to send something twice, or never.
 */
export class WebhookProjector {
  readonly #ledger: WebhookProjectorOptions['ledger'];
  readonly #store: WebhookStore;
  readonly #log: ViewsLog;
  readonly #standsStill: (isSo: boolean) => void;
  readonly #stopping = new AbortController();
  #fault: unknown = null;
  #running: Promise<void> | undefined;

  constructor({ ledger, store, log = SILENT, standsStill = () => undefined }: WebhookProjectorOptions) {
    this.#ledger = ledger;
    this.#store = store;
    this.#log = log;
    this.#standsStill = standsStill;
  }

  /** Why the store is not read on; null: it is. Meanwhile nothing new is sent, and what is shown is old. */
  get fault(): unknown {
    return this.#fault;
  }

  /** Begins; once. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after the batch in hand. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  #run(): Promise<void> {
    const { signal } = this.#stopping;
    return readOn({
      signal,
      retryMs: RETRY_MS,
      at: () => this.#store.checkpoint.position,
      read: async () => {
        await this.#forgetOtherLedger();
        await this.#follow(signal);
      },
      failed: (error, pauseMs) => {
        if (signal.aborted) return;
        this.#log.warn(`webhooks: ${messageOf(error)}; read on in ${pauseMs} ms`);
        this.#tell(error);
      },
    });
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { position } = this.#store.checkpoint;
    const subscribe = (own: AbortSignal) => this.#ledger.subscribe(position, { filter: FILTER, signal: own });
    for await (const batch of batchesOf(subscribe, signal, BATCH)) {
      if (batch.position !== null) this.#store.commit(batch.events, batch.position);
      this.#tell(null);
      if (signal.aborted) return;
      await setImmediate();
    }
  }

  #tell(fault: unknown): void {
    const isNews = (fault === null) !== (this.#fault === null);
    this.#fault = fault;
    if (isNews) this.#standsStill(fault !== null);
  }

  /** After a ledger was put back from a backup, rows of events that are no more must go. */
  async #forgetOtherLedger(): Promise<void> {
    if (!(await isOtherLedger(this.#ledger, this.#store.checkpoint, FILTER))) return;
    this.#log.warn('webhooks: the ledger is not the one that was read; the store is built anew');
    this.#store.reset();
  }
}
