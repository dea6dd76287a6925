import { setMaxListeners } from 'node:events';
import type { Endpoint } from '../../domain/endpoint/endpoint.js';
import type { PauseReason } from '../../domain/endpoint/events.js';
import type { Ledger } from '../../ledger/port.js';
import { messageOf, SILENT, type ViewsLog } from '../../views/views-log.js';
import type { Settled } from '../journal-events.js';
import type { KeyFile } from '../master-key.js';
import { onOneLine } from '../send/failure-text.js';
import type { Sender, Sent } from '../send/sender.js';
import type { DueDelivery } from '../store/delivery-reader.js';
import type { WebhookStore } from '../store/webhook-store.js';
import { caughtUp } from './caught-up.js';
import { SYSTEM_CLOCK, type Clock } from './clock.js';
import { EndpointSecrets } from './endpoint-secrets.js';
import { Noting } from './noting.js';
import { outcomeOf } from './outcome.js';
import { Paces } from './paces.js';
import { STANDARD_RETRIES_MS } from './retry-schedule.js';
import { Settlements, type DeliveryJournal } from './settlements.js';
import { UnderWay } from './under-way.js';

/** What the dispatcher itself says of an endpoint. */
export interface EndpointNotes {
  /** Of the URL that it had when it was sent to. */
  pause(endpoint: Pick<Endpoint, 'id' | 'url'>, reason: PauseReason): Promise<void>;
  /** No request to it is under way, and none begins. */
  quiet(endpoint: string): Promise<void>;
}

export interface DispatcherOptions {
  readonly store: WebhookStore;
  readonly journal: DeliveryJournal;
  readonly ledger: Pick<Ledger, 'readStream'>;
  readonly sender: Sender;
  readonly keys: KeyFile;
  readonly notes: EndpointNotes;
  readonly log?: ViewsLog;
  /** Told of each attempt's outcome. */
  readonly counted?: (outcome: Settled['outcome']) => void;
  readonly clock?: Clock;
  /** From 0 up to 1. */
  readonly random?: () => number;
  readonly retriesMs?: readonly number[];
  /** An endpoint with nothing but failures for so long is paused. @defaultValue 5 days */
  readonly failingMs?: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Requests under way over all endpoints; when others have taken them all, an endpoint may still have one. */
const MOST_REQUESTS = 128;
/** Outcomes that wait to be recorded; with more nothing new begins. */
const MOST_UNSETTLED = 1024;
/** Looks again after so long even when nothing woke it. */
const LONGEST_SLEEP_MS = 60_000;
/** With these a `Retry-After` is about all requests, not the one. @see RFC 9110 section 15.6.4, RFC 6585 section 4 */
const BUSY: ReadonlySet<number> = new Set([429, 503]);
const STOP_GRACE_MS = 3_000;
const AGAIN_MS = 1_000;

/**
 * Sends what is due, while this process holds the lease. Per endpoint and lane one after the other; a failing delivery
 * holds back its own lane alone.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #clock: Clock;
  readonly #log: ViewsLog;
  readonly #settlements: Settlements;
  readonly #underWay = new UnderWay();
  readonly #paces = new Paces();
  readonly #noting: Noting;
  readonly #secrets: EndpointSecrets;
  #epoch = newEpoch();
  #ready = false;
  #isPumpSet = false;
  #turn = 0;
  readonly #stopping = new AbortController();
  #wake: () => void = () => undefined;
  #stopListening: () => void = () => undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#log = options.log ?? SILENT;
    const pause = (ms: number) => new Promise<void>((resolve) => void this.#clock.after(ms, resolve));
    this.#secrets = new EndpointSecrets(options.keys, this.#log);
    this.#settlements = new Settlements(options.journal, this.#log, pause);
    this.#noting = new Noting(this.#clock, this.#log, () => this.#soon());
  }

  /** Begins, once; sends as soon as the lease is held. */
  start(): void {
    const { journal, store } = this.#options;
    this.#stopListening = store.onChange(({ settled }) => {
      for (const key of settled) this.#underWay.release(key);
      this.#soon();
    });
    journal.onHolding((holding) => {
      if (holding) this.#begin();
      else this.#halt();
    });
    if (journal.holding) this.#begin();
  }

  /** Begins nothing new; waits a little for what is under way, then lets it go: it is sent again by who comes next. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    const until = this.#clock.now() + STOP_GRACE_MS;
    while (this.#underWay.total > 0 && this.#clock.now() < until)
      await new Promise<void>((resolve) => void this.#clock.after(10, resolve));
    this.#epoch.abort();
    await this.#settlements.flushed();
    this.#stopListening();
  }

  #begin(): void {
    this.#halt();
    const epoch = (this.#epoch = newEpoch());
    void caughtUp(this.#options, AbortSignal.any([epoch.signal, this.#stopping.signal])).then(
      (isCaughtUp) => {
        if (!isCaughtUp) return;
        this.#ready = true;
        this.#soon();
      },
      (error: unknown) => {
        this.#log.warn(`webhooks: ${messageOf(error)}; again in ${AGAIN_MS} ms`);
        this.#clock.after(AGAIN_MS, () => {
          if (!epoch.signal.aborted) this.#begin();
        });
      },
    );
  }

  /** The lease is lost: what is under way ends without an outcome of ours. */
  #halt(): void {
    this.#ready = false;
    this.#epoch.abort();
    this.#settlements.clear();
    this.#underWay.releaseAll();
  }

  /** Once for all that happened in this turn of the loop. */
  #soon(): void {
    if (this.#isPumpSet) return;
    this.#isPumpSet = true;
    setImmediate(() => {
      this.#isPumpSet = false;
      this.#guarded(() => this.#pump());
    });
  }

  /** Begins all that may begin now. Synchronous: between looking at an endpoint and sending to it nothing comes. */
  #pump(): void {
    this.#wake();
    if (!this.#ready || this.#stopping.signal.aborted || !this.#options.journal.holding) return;
    const now = this.#clock.now();
    let sleepMs = LONGEST_SLEEP_MS;
    const endpoints = [...this.#options.store.endpoints.values()];
    this.#paces.keepOnly(this.#options.store.endpoints);
    // Not always the same one first: it could take all that may be under way.
    this.#turn = endpoints.length === 0 ? 0 : (this.#turn + 1) % endpoints.length;
    for (const endpoint of [...endpoints.slice(this.#turn), ...endpoints.slice(0, this.#turn)])
      sleepMs = Math.min(sleepMs, this.#serve(endpoint, now));
    this.#wake = this.#clock.after(sleepMs, () => this.#soon());
  }

  /** @returns after how many milliseconds to look again, when nothing else happens */
  #serve(endpoint: Endpoint, now: number): number {
    const { id, limits, paused } = endpoint;
    const { read } = this.#options.store;
    if (paused !== null) {
      this.#paces.release(id);
      if (!paused.quiet && this.#underWay.requests(id) === 0)
        this.#note(id, () => this.#options.notes.quiet(id));
      return LONGEST_SLEEP_MS;
    }
    if (this.#noting.has(id) || !this.#secrets.canSign(endpoint)) return LONGEST_SLEEP_MS;
    const heldMs = this.#paces.heldMs(endpoint, now);
    if (heldMs > 0) return heldMs;
    const free = this.#free(id, limits.concurrency);
    if (free > 0) {
      const due = read.due(id, now, free + this.#underWay.lanes(id));
      for (const delivery of due.filter((one) => !this.#underWay.isTaken(one)).slice(0, free)) {
        const waitMs = this.#paces.take(endpoint, now);
        if (waitMs > 0) return waitMs;
        void this.#attempt(delivery, endpoint);
      }
    }
    const next = read.nextDueAfter(id, now);
    return next === null ? LONGEST_SLEEP_MS : Math.max(next - now, 1);
  }

  #free(endpoint: string, concurrency: number): number {
    if (this.#settlements.size >= MOST_UNSETTLED) return 0;
    const own = this.#underWay.requests(endpoint);
    return Math.min(concurrency - own, Math.max(MOST_REQUESTS - this.#underWay.total, own === 0 ? 1 : 0));
  }

  async #attempt(delivery: DueDelivery, endpoint: Endpoint): Promise<void> {
    const { signal } = this.#epoch;
    const at = this.#clock.now();
    this.#underWay.begin(delivery);
    const sent = await this.#send(delivery, endpoint, at).catch((error: unknown): Sent => ({
      delivered: false,
      status: null,
      error: onOneLine(`not sent: ${messageOf(error)}`),
      retryAfterMs: null,
    }));
    this.#underWay.answered(delivery);
    // Not ours any more: whoever holds the lease now sends it again.
    if (!signal.aborted) this.#guarded(() => this.#settle(delivery, endpoint, sent, at));
    this.#soon();
  }

  async #send(delivery: DueDelivery, endpoint: Endpoint, at: number): Promise<Sent> {
    const { sender, store } = this.#options;
    const { message } = delivery;
    const body = store.read.message(message)?.body;
    if (body === undefined) throw new Error('the message is not kept any more');
    return sender.send({
      url: endpoint.url,
      messageId: message,
      body,
      secrets: this.#secrets.signing(endpoint, at),
      at,
      signal: this.#epoch.signal,
    });
  }

  #settle(delivery: DueDelivery, endpoint: Endpoint, sent: Sent, at: number): void {
    const { retriesMs = STANDARD_RETRIES_MS, random = Math.random, counted, notes } = this.#options;
    const { id, url } = endpoint;
    // Of another URL by now it says nothing.
    const isSame = this.#options.store.endpoints.get(id)?.url === url;
    const isGone = isSame && sent.status === 410;
    const endedAt = this.#clock.now();
    if (isSame) this.#heed(sent, endpoint, endedAt);
    const settled = outcomeOf(delivery, sent, {
      at,
      endedAt,
      isGone,
      chance: random(),
      retriesMs: delivery.type === 'endpoint.test' ? [] : retriesMs,
    });
    this.#settlements.add(settled);
    counted?.(settled.outcome);
    if (isGone) this.#note(id, () => notes.pause(endpoint, 'gone'));
    else if (isSame && !sent.delivered && this.#isFailing(id, at))
      this.#note(id, () => notes.pause(endpoint, 'failing'));
  }

  #heed({ status, retryAfterMs }: Sent, endpoint: Endpoint, now: number): void {
    if (retryAfterMs === null || !BUSY.has(status ?? 0)) return;
    if (this.#paces.hold(endpoint, now, retryAfterMs))
      this.#log.info(`webhooks: endpoint ${endpoint.id} asks for nothing within ${retryAfterMs} ms`);
  }

  #isFailing(endpoint: string, at: number): boolean {
    const since = this.#options.store.read.failingSince(endpoint);
    return since !== null && at - since >= (this.#options.failingMs ?? 5 * DAY_MS);
  }

  /** Until it is on record nothing is begun there. */
  #note(endpoint: string, say: () => Promise<void>): void {
    this.#noting.say(endpoint, say, this.#epoch.signal);
  }

  /** What fails, such as a read of the store's file, must not end the server: it is told, and looked at again later. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#log.warn(`webhooks: ${messageOf(error)}; again in ${AGAIN_MS} ms`);
      this.#clock.after(AGAIN_MS, () => this.#soon());
    }
  }
}

/** For as long as the lease is held: each request under way listens to it. */
const newEpoch = (): AbortController => {
  const epoch = new AbortController();
  setMaxListeners(0, epoch.signal);
  return epoch;
};
