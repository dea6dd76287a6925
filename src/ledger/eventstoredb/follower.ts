import { streamNameFilter, type AllStreamResolvedEvent } from '@eventstore/db-client';
import { Growth } from '../growth.js';
import { START, type Position } from '../port.js';
import { Backoff } from './backoff.js';
import { classify } from './classify.js';
import type { Connection } from './connection.js';
import { PastDeadline } from './deadline.js';
import { KnownIds } from './known-ids.js';
import type { Namespace } from './namespace.js';
import { fromAfter, later } from './position.js';
import { PulledStream } from './pulled-stream.js';
import { RecordedTimes } from './recorded-times.js';
import { SEARCH_WINDOW, BUFFERED_EVENTS } from './search-window.js';
import { serverEvent } from './stored-event.js';
import { Tail } from './tail.js';
import type { Timings } from './timings.js';

export interface FollowerOptions {
  readonly connection: Connection;
  readonly namespace: Namespace;
  /** Nothing of the ledger is before it. */
  readonly origin: Position;
  readonly timings: Timings;
}

type Signal = 'confirmed' | 'caughtUp' | 'fellBehind';

/**
 * The one subscription of this process to the server: all of the ledger, from its first event. From it the process knows
 * which event ids there are, when each event was recorded, and what comes. When it breaks it goes on after the last event
 * that was handled; what the server calls a checkpoint is a sign of life to it and nothing more.
 */
export class Follower {
  readonly ids = new KnownIds();
  readonly times = new RecordedTimes();
  readonly growth = new Growth();
  /** Settles when it has read all there was; fails when the server does not answer, or refuses. */
  readonly ready: Promise<void>;
  readonly #options: FollowerOptions;
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;
  /** Only when level: what is read at start is not wanted again. */
  #tail: Tail | undefined;
  #settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void };
  #seen: Position;
  #known: Position = START;
  #acknowledged: { readonly position: Position; readonly count: number }[] = [];
  #live = false;
  #progressAt = performance.now();

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#seen = START;
    const { promise, ...settle } = withResolvers();
    this.ready = promise;
    this.#settle = settle;
    this.#running = this.#run();
  }

  /** The last event that was handled here. */
  get seen(): Position {
    return this.#seen;
  }

  /** The last event that is known to be there, from whatever source. */
  get known(): Position {
    return later(this.#known, this.#seen);
  }

  /** Whether the subscription stands and the server says that it is level. */
  get live(): boolean {
    return this.#live && this.#seen >= this.#known;
  }

  get tail(): Tail {
    if (!this.#tail) throw new Error('the log was not read yet');
    return this.#tail;
  }

  /** An append of our own, which the subscription will bring, sooner or later. */
  acknowledged(position: Position, count: number): void {
    this.knows(position);
    if (position > this.#seen) this.#acknowledged.push({ position, count });
  }

  /** The log was seen to reach `position`. */
  knows(position: Position): void {
    this.#known = later(this.#known, position);
  }

  /** How many events after `position` wait to be read, as far as is known. */
  waitingAfter(position: Position): number {
    const coming = this.#acknowledged.reduce(
      (sum, append) => (append.position > position ? sum + append.count : sum),
      0,
    );
    return this.tail.countAfter(position) + coming;
  }

  /** Resolves when `position` was handled, at the close, or when `signal` aborts. */
  async reached(position: Position, signal: AbortSignal): Promise<void> {
    while (this.#seen < position && !this.growth.closed && !signal.aborted) await this.growth.next(signal);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    this.growth.close();
    this.#settle.reject(new Error('closed'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { connection, timings } = this.#options;
    const { signal } = this.#ending;
    const backoff = new Backoff(timings.retryMs);
    while (!signal.aborted) {
      const { client } = connection;
      const before = this.#seen;
      try {
        await this.#follow(client);
      } catch (error) {
        connection.failed(client, error);
        if (classify(error).kind === 'refused' || this.#withoutProgress()) this.#settle.reject(error);
      }
      this.#live = false;
      if (this.#seen > before) backoff.succeeded();
      await backoff.pause(signal);
    }
  }

  async #follow(client: Connection['client']): Promise<void> {
    const { origin, namespace, timings } = this.#options;
    const { signal } = this.#ending;
    const subscription = client.subscribeToAll(
      {
        fromPosition: fromAfter(later(this.#seen, origin)),
        filter: streamNameFilter({
          prefixes: [namespace.prefix],
          maxSearchWindow: SEARCH_WINDOW,
          checkpointReached: async () => {
            this.#progressAt = performance.now();
            pulled.touch();
          },
        }),
      },
      { highWaterMark: BUFFERED_EVENTS },
    );
    const pulled = new PulledStream<AllStreamResolvedEvent, Signal>(subscription);
    let confirmed = false;
    subscription.on('confirmation', () => pulled.signal('confirmed'));
    subscription.on('caughtUp', () => pulled.signal('caughtUp'));
    subscription.on('fellBehind', () => pulled.signal('fellBehind'));
    try {
      for (;;) {
        const silenceMs = confirmed ? timings.stallMs : timings.attemptMs;
        // Silence is as it should be while nothing is appended.
        const mayBeSilent = confirmed && this.#seen >= this.#known;
        const next = await pulled.next('the subscription', silenceMs, signal).catch((error: unknown) => {
          if (error instanceof PastDeadline && mayBeSilent) return undefined;
          throw error;
        });
        if (!next) {
          if (!this.#tail && this.#withoutProgress()) throw new NeverLevel();
          continue;
        }
        if (next.kind === 'end') return;
        if (next.kind === 'event') this.#handle(next.event);
        else if (next.signal === 'confirmed') confirmed = true;
        else this.#heard(next.signal);
      }
    } finally {
      subscription.unsubscribe().catch(() => undefined);
    }
  }

  /** A confirmation is none: a server that is too old, or breaks each subscription, gives that, too. */
  #withoutProgress(): boolean {
    return performance.now() - this.#progressAt > this.#options.timings.openMs;
  }

  #heard(signal: 'caughtUp' | 'fellBehind'): void {
    this.#progressAt = performance.now();
    this.#live = signal === 'caughtUp';
    if (!this.#live) return;
    this.#tail ??= new Tail(this.#seen);
    this.#settle.resolve();
    this.growth.notify();
  }

  #handle(resolved: AllStreamResolvedEvent): void {
    this.#progressAt = performance.now();
    const event = serverEvent(this.#options.namespace, resolved);
    if (!event || event.position <= this.#seen) return; // delivered twice
    this.#seen = event.position;
    this.ids.add(event.id);
    const recordedAtMs = this.times.note(event.position, event.createdMs);
    this.#tail?.push(event, recordedAtMs);
    if (this.#acknowledged.length > 0)
      this.#acknowledged = this.#acknowledged.filter(({ position }) => position > this.#seen);
    this.growth.notify();
  }
}

class NeverLevel extends Error {
  override readonly name = 'NeverLevel';
  constructor() {
    super('the server never says that all was read (caughtUp); it must be version 23.10 or later');
  }
}

function withResolvers(): {
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
} {
  let settle: { resolve: () => void; reject: (error: unknown) => void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };
  const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  promise.catch(() => undefined); // told by whoever awaits it
  return { promise, ...settle };
}
