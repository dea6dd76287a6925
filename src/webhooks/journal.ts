import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { DEFAULT_LIMITS } from '../ledger/limits.js';
import type { Ledger, NewEvent, Position } from '../ledger/port.js';
import { metadataOf, reportContext } from '../recording/report-context.js';
import { appendSurely, LeaseLost } from './append-surely.js';
import {
  messageSchema,
  settledSchema,
  type JournalEvent,
  type Place,
  type Settled,
} from './journal-events.js';
import { pieces, readable, settledPieces, type PieceLimits } from './journal-pieces.js';
import { EMPTY_JOURNAL, evolveJournal, type JournalState } from './journal-state.js';
import { SYSTEM_CLOCK, type LeaseClock } from './lease-clock.js';
import type { Message } from './message.js';
import { readJournal, readOn } from './read-journal.js';

export { LeaseLost } from './append-surely.js';

export interface JournalLog {
  readonly info: (facts: object, text: string) => void;
  readonly warn: (facts: object, text: string) => void;
}
const OWN = { actor: 'hopledger', tool: 'webhooks' };
const SILENT: JournalLog = { info: () => undefined, warn: () => undefined };

export interface JournalOptions {
  readonly ledger: Pick<Ledger, 'append' | 'readStream'>;
  /** Host and process, for people. At most 200 characters. */
  readonly name: string;
  /** After so much silence of the holder another takes the lease. */
  readonly ttlMs: number;
  /** No other process can have this ledger open, so whoever held the lease before is gone, and nobody can take it. */
  readonly sole?: boolean;
  /** Until then nobody contends, and nothing is written. @defaultValue from the start */
  readonly wanted?: () => Promise<boolean>;
  readonly limits?: Partial<PieceLimits>;
  readonly log?: JournalLog;
  readonly clock?: LeaseClock;
  /** UUID of this process. @defaultValue a new one */
  readonly holder?: string;
  readonly newId?: () => string;
}

/** What was derived from a stretch of the ledger. */
export interface Issue {
  /** `through` of the journal when it was derived: were it another by now, another has issued. */
  readonly after: Position | null;
  readonly through: Position;
  /** What stands at `through`. @defaultValue not said */
  readonly lastEvent?: Place;
  readonly messages: readonly Message[];
}

/**
 * The lease, and the stream that it guards. One process of many holds it; whoever writes names the revision that it
 * expects, so that the first write of another ends it. Who follows judges silence by its own clock from when it saw the
 * last write; who holds counts from before it began that write, and leaves off a fifth earlier: no two agree on a clock,
 * nor need to. See ADR 0015.
 */
export class Journal {
  readonly holder: string;
  readonly #options: Required<Omit<JournalOptions, 'limits' | 'holder'>>;
  readonly #limits: PieceLimits;
  readonly #stopping = new AbortController();
  readonly #listeners = new Set<(holding: boolean) => void>();
  #waking = new AbortController();
  #state: JournalState | null = null;
  #holds = false;
  /** When the last write that is known to be in the ledger was begun. */
  #confirmedAt = Number.NEGATIVE_INFINITY;
  /** When the last news in the journal was seen. */
  #seenAt = Number.POSITIVE_INFINITY;
  #told = false;
  #renewing = false;
  #writes: Promise<unknown> = Promise.resolve();
  #running: Promise<void> | undefined;

  constructor({ limits, holder = randomUUID(), ...options }: JournalOptions) {
    this.holder = holder;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#options = {
      sole: false,
      wanted: () => Promise.resolve(true),
      log: SILENT,
      clock: SYSTEM_CLOCK,
      newId: randomUUID,
      ...options,
    };
  }

  /** Whether this process may send, now: it holds the lease, and lately enough confirmed that it does. */
  get holding(): boolean {
    const { sole, ttlMs, clock } = this.#options;
    return this.#holds && (sole || clock.now() - this.#confirmedAt < ttlMs * 0.8);
  }

  /** What the journal says, as last read or written by this process. */
  get state(): JournalState {
    return this.#state ?? EMPTY_JOURNAL;
  }

  /** Contends from now on; once. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Looks at once at what there is to do: an endpoint was registered. */
  wake(): void {
    this.#waking.abort();
  }

  /** Lets the lease go, so that another can take it at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#running;
    // Where it cannot be written, the lease runs out by itself.
    await this.#write(() => [[{ type: 'LeaseReleased', holder: this.holder }]]).catch(() => undefined);
    this.#holds = false;
    this.#tell();
  }

  /** Told when the lease is gained or lost; `holding` is what counts. @returns unsubscribe */
  onHolding(listener: (holding: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Writes messages to the outbox, each once, and that the ledger was considered up to `through`.
   * @throws LeaseLost when this process does not hold the lease, or another has issued since `after`
   */
  async issue({ after, messages, ...reached }: Issue): Promise<void> {
    const { ttlMs, log } = this.#options;
    await this.#write((state) => {
      if (state.through !== after) throw new LeaseLost('another has issued since');
      const unsaid = messages.filter(({ id }) => !state.unfinished.has(id));
      const fresh = readable(messageSchema, unsaid, this.#leftOut);
      const issued = { lastEvent: null, ...reached, holder: this.holder, ttlMs, messages: fresh };
      return pieces(issued, this.#limits, ({ id }, bytes) =>
        log.warn({ message: id, bytes }, 'a message is larger than the ledger takes, and was left out'),
      );
    });
  }

  /** Writes what became of deliveries, all or, when it fails, a beginning of them. @throws LeaseLost */
  async settle(deliveries: readonly Settled[]): Promise<void> {
    const known = readable(settledSchema, deliveries, this.#leftOut);
    const appends = settledPieces(this.holder, known, this.#limits);
    await this.#write(() => appends);
  }

  readonly #leftOut = (error: z.ZodError): void =>
    this.#options.log.warn({ error: z.prettifyError(error) }, 'what no reader could read was not written');

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { clock, log, ttlMs } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#step();
      } catch (error) {
        log.warn({ error: String(error) }, 'the lease of webhooks could not be looked after');
      }
      this.#tell();
      const pauseMs = Math.min(Math.max(ttlMs / 10, 1), 2_000);
      await clock.sleep(pauseMs, this.#waking.signal);
      if (this.#waking.signal.aborted) this.#waking = new AbortController();
    }
  }

  async #step(): Promise<void> {
    if (this.holding) {
      this.#renewWhenDue();
      return;
    }
    this.#holds = false;
    this.#tell();
    await this.#writes;
    if (!(await this.#options.wanted())) return;
    await this.#look();
    if (this.#mayTake()) await this.#take();
  }

  /** Not waited for: a ledger that does not answer must not keep the loss from being told. */
  #renewWhenDue(): void {
    const { sole, clock, ttlMs, log } = this.#options;
    if (sole || this.#renewing || clock.now() - this.#confirmedAt < ttlMs / 2) return;
    this.#renewing = true;
    this.#write(({ through, lastEvent, unfinished }) => {
      const said = unfinished.size > 0 ? { through: null, lastEvent: null } : { through, lastEvent };
      return [[{ type: 'LeaseRenewed', holder: this.holder, ttlMs, ...said }]];
    })
      .catch((error: unknown) => log.warn({ error: String(error) }, 'the lease of webhooks was not renewed'))
      .finally(() => (this.#renewing = false));
  }

  async #look(): Promise<void> {
    const { ledger, clock } = this.#options;
    const before = this.#state;
    this.#state = before === null ? await readJournal(ledger) : await readOn(ledger, before);
    const isNews = this.#state.revision !== before?.revision;
    if (isNews) this.#seenAt = clock.now();
  }

  #mayTake(): boolean {
    const { sole, ttlMs, clock } = this.#options;
    const { holder, ttlMs: promisedMs } = this.#state ?? EMPTY_JOURNAL;
    const isFree = holder === null || holder === this.holder;
    return sole || isFree || clock.now() - this.#seenAt >= Math.max(ttlMs, promisedMs ?? 0);
  }

  async #take(): Promise<void> {
    const { name, ttlMs, log } = this.#options;
    const previous = this.#state?.holder ?? null;
    try {
      await this.#append([{ type: 'LeaseTaken', holder: this.holder, name, ttlMs }]);
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      log.info({ reason: error.message }, 'the lease of webhooks was not taken');
      return;
    }
    this.#holds = true;
    log.info({ holder: this.holder, previous }, 'this server sends the webhooks');
  }

  /** One write after another, each of them of one or more appends that belong together. */
  #write(make: (state: JournalState) => readonly (readonly JournalEvent[])[]): Promise<void> {
    const turn = this.#writes.then(async () => {
      if (!this.holding) throw new LeaseLost('the lease is not held');
      for (const events of make(this.#state ?? EMPTY_JOURNAL)) await this.#appendHeld(events);
    });
    // The caller gets the fault; the next write only waits for its end.
    this.#writes = turn.catch(() => undefined);
    return turn;
  }

  async #appendHeld(events: readonly JournalEvent[]): Promise<void> {
    try {
      await this.#append(events);
    } catch (error) {
      if (error instanceof LeaseLost) this.#lose(error);
      throw error;
    }
  }

  #lose(error: LeaseLost): void {
    if (this.#holds)
      this.#options.log.warn({ reason: error.message }, 'this server sends no webhooks any more');
    this.#holds = false;
    this.#tell();
  }

  async #append(events: readonly JournalEvent[]): Promise<void> {
    const { ledger, clock, ttlMs } = this.#options;
    const state = this.#state ?? EMPTY_JOURNAL;
    const begunAt = clock.now();
    const last = await appendSurely({
      ledger,
      after: state.revision,
      events: events.map((event) => this.#newEvent(event)),
      clock,
      until: begunAt + ttlMs * 0.8,
      signal: this.#stopping.signal,
    });
    const first = last - BigInt(events.length - 1);
    this.#state = events.reduce((at, event, index) => evolveJournal(at, event, first + BigInt(index)), state);
    this.#confirmedAt = begunAt;
    this.#seenAt = clock.now();
  }

  #newEvent({ type, ...data }: JournalEvent): NewEvent {
    return { id: this.#options.newId(), type, data, metadata: metadataOf(reportContext(OWN), null, null) };
  }

  #tell(): void {
    const { holding } = this;
    if (holding === this.#told) return;
    this.#told = holding;
    for (const listener of this.#listeners) listener(holding);
  }
}
