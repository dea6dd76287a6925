import { setImmediate } from 'node:timers/promises';
import type { Catalogue } from '../domain/catalogue/catalogue.js';
import type { Knowledge } from '../domain/vm/derive.js';
import type { Ledger, Position } from '../ledger/port.js';
import { applyBatch, type Projection } from './apply-batch.js';
import { batchesOf, type BatchLimits } from './batches.js';
import { Histories } from './histories.js';
import type { HostKnowledge } from './host-news.js';
import { bringInLine } from './bring-in-line.js';
import { readOn, type RetryMs } from './read-on.js';
import { isOtherLedger, retryFailed } from './settle.js';
import type { SqliteViews } from './sqlite-views.js';
import { messageOf, SILENT, type ViewsLog } from './views-log.js';

export interface ProjectorLimits extends BatchLimits {
  /** Events of VM histories held in memory, over all VMs. */
  readonly historyEvents: number;
  /** After a fault: this long, then twice as long each time, up to the most. */
  readonly retryMs: RetryMs;
}

export const DEFAULT_PROJECTOR_LIMITS: ProjectorLimits = Object.freeze({
  maxEvents: 256, // so that a batch fits in one transaction (MAX_VMS_PER_COMMIT)
  maxWaitMs: 20,
  historyEvents: 20_000,
  retryMs: { least: 100, most: 10_000 },
});

export interface ProjectorOptions {
  readonly ledger: Ledger;
  /** Opened with the revision of `catalogue`. */
  readonly views: SqliteViews;
  /** Kept up to date with what comes by; loaded or not when the projector starts. */
  readonly hosts: HostKnowledge;
  readonly catalogue: Catalogue;
  readonly log?: ViewsLog;
  readonly limits?: Partial<ProjectorLimits>;
}

/**
 * Reads the ledger in order and keeps the views up to it. A fault of the ledger or of the views file is told, waited out
 * and read again from the checkpoint; a fault of one VM is kept with the failures, and the others go on.
 */
export class Projector {
  /**
   * Resolves when the views have all that was in the ledger when it was first read on; never when stopped before. Not when
   * nothing follows: under writes that may never be.
   */
  readonly caughtUp: Promise<void>;
  readonly #ledger: Ledger;
  readonly #log: ViewsLog;
  readonly #limits: ProjectorLimits;
  readonly #projection: Projection;
  readonly #stopping = new AbortController();
  readonly #markCaughtUp: () => void;
  #settled = false;
  #eventsRead = 0;
  #fault: unknown = null;
  #held: Promise<void> | null = null;
  #toCatchUp: Position | null = null;
  #running: Promise<void> | undefined;

  constructor({ ledger, views, hosts, catalogue, log = SILENT, limits }: ProjectorOptions) {
    this.#ledger = ledger;
    this.#log = log;
    this.#limits = { ...DEFAULT_PROJECTOR_LIMITS, ...limits };
    const knowledge = (): Knowledge => ({ catalogue, hosts: hosts.directory() });
    this.#projection = {
      writer: views.writer,
      histories: new Histories(ledger, this.#limits.historyEvents),
      hosts,
      knowledge,
      failed: ({ stream, position, error }) => log.warn(`views: ${stream} at ${position} failed: ${error}`),
    };
    let markCaughtUp = (): void => undefined;
    this.caughtUp = new Promise((resolve) => (markCaughtUp = resolve));
    this.#markCaughtUp = markCaughtUp;
  }

  /** Since it began. */
  get eventsRead(): number {
    return this.#eventsRead;
  }

  /** What keeps it from going on, while it waits to try again; null: nothing. */
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

  /** Writes nothing more after the batch in hand, until the function that it returns is called. */
  hold(): () => void {
    let letGo = (): void => undefined;
    this.#held = new Promise((resolve) => (letGo = resolve));
    return letGo;
  }

  #run(): Promise<void> {
    return readOn({
      signal: this.#stopping.signal,
      retryMs: this.#limits.retryMs,
      at: () => this.#projection.writer.checkpoint.position,
      read: async () => {
        await this.#settle();
        await this.#follow();
        if (!this.#stopping.signal.aborted) this.#log.warn('views: the ledger ended the subscription');
      },
      failed: (error, pauseMs) => {
        this.#fault = error;
        this.#log.warn(`views: ${messageOf(error)}; read on in ${pauseMs} ms`);
      },
    });
  }

  /** Once, before the first event: whether the rows are of this ledger, and of this catalogue. */
  async #settle(): Promise<void> {
    if (this.#settled) return;
    const { writer } = this.#projection;
    if (await isOtherLedger(this.#ledger, writer.checkpoint)) {
      this.#log.warn('views: the ledger is not the one that was read; the views are built anew');
      writer.reset();
    }
    const { signal } = this.#stopping;
    if (!(await bringInLine(this.#projection, signal, (text) => this.#log.info(`views: ${text}`)))) return;
    await retryFailed(this.#projection, this.#ledger);
    this.#settled = true;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    const { checkpoint } = this.#projection.writer;
    this.#toCatchUp ??= await this.#ledger.head();
    const subscribe = (own: AbortSignal) => this.#ledger.subscribe(checkpoint.position, { signal: own });
    for await (const batch of batchesOf(subscribe, signal, this.#limits)) {
      await this.#held;
      if (batch.position !== null) await applyBatch(batch, this.#projection);
      this.#eventsRead += batch.events.length;
      this.#fault = null;
      if (batch.caughtUp || this.#projection.writer.checkpoint.position >= this.#toCatchUp)
        this.#markCaughtUp();
      if (signal.aborted) return;
      await setImmediate();
    }
  }
}
