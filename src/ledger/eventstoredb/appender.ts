import { jsonEvent, type EventData } from '@eventstore/db-client';
import type { CheckedAppend, EventText } from '../checked-append.js';
import {
  DuplicateEventId,
  InvalidAppend,
  LedgerUnavailable,
  UnknownOutcome,
  WrongRevision,
} from '../errors.js';
import type { Appended, Position } from '../port.js';
import { Backoff } from './backoff.js';
import { classify, type Failure } from './classify.js';
import { within } from './deadline.js';
import type { Engine } from './engine.js';
import { serverStream } from './namespace.js';
import { toPosition } from './position.js';
import { lastRevision, readOnce, reasonOf } from './read-stream.js';

/** The client's deadline is the server's to keep; ours comes this much later. */
const GRACE_MS = 100;
/** Appends on their way to the server at one time; servers take about a hundred calls on a connection. */
const MAX_IN_FLIGHT = 64;

/** Appends with explicit revisions and stable ids, each until its outcome is known or its time is over. */
export class Appender {
  /** Ids on their way, with the end of their append. */
  readonly #pending = new Map<string, Promise<unknown>>();
  readonly #waiting: (() => void)[] = [];
  readonly #signal: AbortSignal;
  #inFlight = 0;

  constructor(
    private readonly engine: Engine,
    signal: AbortSignal,
  ) {
    this.#signal = signal;
  }

  /**
   * Appends to one stream must not overlap.
   * @param until time of `performance.now()` after which the answer is UnknownOutcome
   * @throws WrongRevision, DuplicateEventId, UnknownOutcome, InvalidAppend, LedgerUnavailable
   */
  async append(append: CheckedAppend, until: number): Promise<Appended> {
    const { ids } = this.engine.follower;
    for (;;) {
      const elsewhere = append.events.map(({ id }) => this.#pending.get(id)).find(Boolean);
      if (!elsewhere) break;
      await elsewhere;
    }
    const known = append.events.find(({ id }) => ids.has(id));
    if (known) return this.#judge(append, known.id, until);

    const work = this.#send(append, until);
    const settled = work.catch(() => undefined);
    for (const { id } of append.events) this.#pending.set(id, settled);
    try {
      return await work;
    } finally {
      for (const { id } of append.events) this.#pending.delete(id);
    }
  }

  /** Of an append of which an id is in the log already, so that it cannot be written: what stands in its place? */
  async #judge(append: CheckedAppend, knownId: string, until: number): Promise<Appended> {
    const { timings } = this.engine;
    const backoff = new Backoff(timings.retryMs);
    for (;;) {
      try {
        const repeat = await this.#findInPlace(append);
        if (repeat) return { ...repeat, repeated: true };
        const actual = await lastRevision(this.engine, append.stream, this.#signal);
        const asExpected = actual === (append.expected === 'no_stream' ? 'none' : append.expected);
        throw asExpected
          ? new DuplicateEventId(append.stream, knownId)
          : new WrongRevision(append.stream, append.expected, actual);
      } catch (error) {
        if (error instanceof DuplicateEventId || error instanceof WrongRevision) throw error;
        refuse(append, classify(error), error);
        if (performance.now() > until) throw unreadable(append, error);
      }
      await backoff.pause(this.#signal);
    }
  }

  async #send(append: CheckedAppend, until: number): Promise<Appended> {
    const { timings } = this.engine;
    const backoff = new Backoff(timings.retryMs);
    const events = append.events.map(toEventData);
    // The last of the time is for reading back what the attempts did.
    const lastAttemptAt = until - Math.min(timings.attemptMs, (until - performance.now()) / 10);
    let failedWith: unknown;
    for (let attempt = 1; ; attempt += 1) {
      const leftMs = lastAttemptAt - performance.now();
      if (leftMs <= 0) break;
      const knownBefore = this.engine.follower.known;
      try {
        const { revision, position } = await this.#attempt(
          append,
          events,
          Math.min(timings.attemptMs, leftMs),
        );
        // After an attempt of unknown outcome the server may answer for that one, with a position or without.
        const place =
          position !== undefined && attempt === 1 ? position : await this.#positionOf(append, until);
        this.#took(append, place);
        return { revision, position: place, repeated: place <= knownBefore };
      } catch (error) {
        failedWith = error;
        const failure = classify(error);
        if (failure.kind === 'wrongRevision')
          throw new WrongRevision(append.stream, append.expected, failure.actual);
        refuse(append, failure, error);
      }
      await backoff.pause(this.#signal, lastAttemptAt - performance.now());
    }
    return this.#readBack(append, until, failedWith);
  }

  async #attempt(append: CheckedAppend, events: EventData[], ms: number) {
    const { leader, namespace } = this.engine;
    await this.#enter();
    const { client } = leader;
    try {
      const { nextExpectedRevision, position } = await within(
        `append to ${append.stream}`,
        ms + GRACE_MS,
        client.appendToStream(serverStream(namespace, append.stream), events, {
          expectedRevision: append.expected,
          requiresLeader: true,
          deadline: Math.ceil(ms),
        }),
      );
      return { revision: nextExpectedRevision, position: position && toPosition(position) };
    } catch (error) {
      leader.failed(client, error);
      throw error;
    } finally {
      this.#leave();
    }
  }

  /** Where the append went that the server has acknowledged without saying where. */
  async #positionOf(append: CheckedAppend, until: number): Promise<Position> {
    const found = await this.#untilKnown(append, until);
    if (found === undefined) throw new Error('an append that was acknowledged is not there');
    return found.position;
  }

  async #readBack(append: CheckedAppend, until: number, cause: unknown): Promise<Appended> {
    const found = await this.#untilKnown(append, until).catch(() => undefined);
    if (!found) throw new UnknownOutcome(append.stream, cause);
    this.#took(append, found.position);
    return { ...found, repeated: false };
  }

  async #untilKnown(append: CheckedAppend, until: number) {
    const backoff = new Backoff(this.engine.timings.retryMs);
    for (;;) {
      const leftMs = Math.max(1, until - performance.now());
      try {
        return await within(`reading back ${append.stream}`, leftMs, this.#findInPlace(append));
      } catch (error) {
        refuse(append, classify(error), error);
        if (performance.now() >= until) throw error;
      }
      await backoff.pause(this.#signal, until - performance.now());
    }
  }

  /** Undefined when other events, or none, stand where this append would. One attempt; fails as the client does. */
  async #findInPlace(
    append: CheckedAppend,
  ): Promise<{ readonly revision: bigint; readonly position: Position } | undefined> {
    const { leader } = this.engine;
    const { client } = leader;
    let count = 0;
    try {
      const range = {
        from: BigInt(append.firstRevision),
        maxCount: append.events.length,
        signal: this.#signal,
      };
      for await (const { id, revision, position } of readOnce(this.engine, client, append.stream, range)) {
        if (id !== append.events[count]?.id) return undefined;
        count += 1;
        if (count === append.events.length) return { revision, position };
      }
    } catch (error) {
      if (classify(error).kind === 'streamNotFound') return undefined;
      leader.failed(client, error);
      throw error;
    }
    return undefined;
  }

  #took(append: CheckedAppend, position: Position): void {
    const { follower } = this.engine;
    for (const { id } of append.events) follower.ids.add(id);
    follower.acknowledged(position, append.events.length);
  }

  async #enter(): Promise<void> {
    if (this.#inFlight >= MAX_IN_FLIGHT) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inFlight += 1;
  }

  /** The place goes to the next, if anyone waits. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#inFlight -= 1;
  }
}

/** Parsed here, so that what the caller does to its objects after the call changes nothing. */
function toEventData({ id, type, data, metadata }: EventText): EventData {
  return jsonEvent({
    id,
    type,
    data: JSON.parse(data) as Record<string, unknown>,
    metadata: JSON.parse(metadata) as Record<string, unknown>,
  });
}

/** Throws when another attempt would be refused as well. */
function refuse(append: CheckedAppend, failure: Failure, cause: unknown): void {
  switch (failure.kind) {
    case 'tooLarge':
      throw new InvalidAppend(
        `${append.stream}: ${append.bytes} bytes in one append, the server takes ${failure.maxBytes}`,
        { cause },
      );
    case 'streamDeleted':
      throw new InvalidAppend(`${append.stream}: tombstoned on the server, it takes no events any more`, {
        cause,
      });
    case 'refused':
      throw new LedgerUnavailable(`${append.stream}: the server refuses the append: ${failure.why}`, {
        cause,
      });
    default:
  }
}

function unreadable(append: CheckedAppend, cause: unknown): LedgerUnavailable {
  return new LedgerUnavailable(`${append.stream}: cannot be read: ${reasonOf(cause)}`, { cause });
}
