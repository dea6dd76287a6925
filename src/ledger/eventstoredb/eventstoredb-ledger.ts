import { setMaxListeners } from 'node:events';
import { checkAppend } from '../checked-append.js';
import { BadPosition, LedgerClosed, Overloaded } from '../errors.js';
import {
  START,
  type Appended,
  type Delivery,
  type Expected,
  type Filter,
  type Ledger,
  type NewEvent,
  type Position,
  type Revision,
  type StoredEvent,
  type StreamName,
} from '../port.js';
import { Appender } from './appender.js';
import { catchUp } from './catch-up.js';
import type { Engine } from './engine.js';
import { LogHead } from './log-head.js';
import { passes } from './passes.js';
import { toServerPosition } from './position.js';
import { readStream } from './read-stream.js';
import { subscribe } from './subscribe.js';
import { copyOf } from './tail.js';

/** The ledger in an EventStoreDB server or cluster, which others may use at the same time. See ADR 0013. */
export class EventStoreDBLedger implements Ledger {
  readonly #engine: Engine;
  readonly #head: LogHead;
  readonly #appender: Appender;
  readonly #ending = new AbortController();
  /** The last append of each stream that is under way. */
  readonly #lanes = new Map<StreamName, Promise<unknown>>();
  #waiting = 0;
  #waitingBytes = 0;
  #closing: Promise<void> | undefined;

  /** The engine is this ledger's to close. Its follower has read the log. */
  constructor(engine: Engine) {
    // Every read under way listens to it, and there is no bound to them here.
    setMaxListeners(0, this.#ending.signal);
    this.#engine = engine;
    this.#head = new LogHead(engine);
    this.#appender = new Appender(engine, this.#ending.signal);
  }

  async append(stream: StreamName, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    this.#refuseWhenClosed();
    const { limits } = this.#engine;
    const append = checkAppend(stream, expected, events, limits);
    if (
      this.#waiting >= limits.maxWaitingAppends ||
      this.#waitingBytes + append.bytes > limits.maxWaitingBytes
    )
      throw new Overloaded(this.#waiting);
    const until = performance.now() + limits.appendTimeoutMs;
    this.#waiting += 1;
    this.#waitingBytes += append.bytes;
    try {
      return await this.#inLane(stream, () => {
        // Nothing of it was sent: those before it in its stream took all the time.
        if (performance.now() >= until) throw new Overloaded(this.#waiting);
        return this.#appender.append(append, until);
      });
    } finally {
      this.#waiting -= 1;
      this.#waitingBytes -= append.bytes;
    }
  }

  async *readStream(
    stream: StreamName,
    from: Revision = 0n,
    maxCount = Infinity,
  ): AsyncGenerator<StoredEvent, void> {
    this.#refuseWhenClosed();
    const signal = this.#ending.signal;
    yield* readStream(this.#engine, stream, { from: from < 0n ? 0n : from, maxCount, signal });
    this.#refuseWhenClosed();
  }

  async *readAll(after: Position, filter?: Filter, maxCount = Infinity): AsyncGenerator<StoredEvent, void> {
    this.#refuseWhenClosed();
    const head = await this.#headNotBefore(after);
    const nothingPasses = filter?.types?.length === 0;
    let left = nothingPasses ? 0 : maxCount;
    if (left <= 0) return;
    for await (const event of this.#stretch(after, head, filter)) {
      if (!passes(event, filter)) continue;
      yield event;
      left -= 1;
      if (left <= 0) return;
    }
    this.#refuseWhenClosed();
  }

  async *subscribe(
    after: Position,
    options: { readonly filter?: Filter; readonly signal: AbortSignal },
  ): AsyncGenerator<Delivery, void> {
    const signal = AbortSignal.any([options.signal, this.#ending.signal]);
    if (signal.aborted || this.#closing) return;
    await this.#headNotBefore(after);
    yield* subscribe(this.#engine, after, { filter: options.filter, signal });
  }

  async head(): Promise<Position> {
    this.#refuseWhenClosed();
    return this.#head.read(this.#ending.signal);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** From the tail when it is there, else from the server. */
  async *#stretch(
    after: Position,
    upTo: Position,
    filter: Filter | undefined,
  ): AsyncGenerator<StoredEvent, void> {
    const { follower } = this.#engine;
    if (follower.seen >= upTo && follower.tail.covers(after)) {
      for (const kept of follower.tail.after(after, Infinity)) {
        if (kept.position > upTo) return;
        yield copyOf(kept);
      }
      return;
    }
    yield* catchUp(this.#engine, {
      after,
      upTo,
      streamPrefix: filter?.streamPrefix ?? '',
      signal: this.#ending.signal,
    });
  }

  /** @throws BadPosition */
  async #headNotBefore(position: Position): Promise<Position> {
    const wellFormed = position === START || toServerPosition(position) !== undefined;
    const head = await this.#head.read(this.#ending.signal);
    if (!wellFormed || position > head) throw new BadPosition(position, head);
    return head;
  }

  async #inLane<T>(stream: StreamName, work: () => Promise<T>): Promise<T> {
    const before = this.#lanes.get(stream);
    const turn = before ? before.then(work) : work();
    const settled = turn.catch(() => undefined);
    this.#lanes.set(stream, settled);
    try {
      return await turn;
    } finally {
      if (this.#lanes.get(stream) === settled) this.#lanes.delete(stream);
    }
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw new LedgerClosed();
  }

  async #close(): Promise<void> {
    const { follower, leader, replica } = this.#engine;
    follower.growth.close();
    await Promise.all(this.#lanes.values());
    this.#ending.abort();
    await follower.close();
    await Promise.all([leader.close(), replica.close()]);
  }
}
