import { jsonEvent, type EventData } from '@eventstore/db-client';
import type { CheckedAppend, EventText } from '../checked-append.js';
import {
  DuplicateEventId,
  InvalidAppend,
  type LedgerError,
  LedgerUnavailable,
  Overloaded,
  UnknownOutcome,
  WrongRevision,
} from '../errors.js';
import type { Appended, Position, Revision } from '../port.js';
import { Backoff } from './backoff.js';
import { classify, type Failure } from './classify.js';
import { within } from './deadline.js';
import type { Engine } from './engine.js';
import { serverStream } from './namespace.js';
import { Places } from './places.js';
import { toPosition } from './position.js';
import { lastRevision, readOnce } from './read-stream.js';

/** The client's deadline is the server's to keep; ours comes this much later. */
const GRACE_MS = 100;
/** Appends on their way to the server at one time; servers take about a hundred calls on a connection. */
const MAX_IN_FLIGHT = 64;

/** Of the last event of an append. */
interface Place {
  readonly revision: Revision;
  readonly position: Position;
}

/** Appends with explicit revisions and stable ids, each until its outcome is known or its time is over. */
export class Appender {
  /** Ids on their way, with the end of their append. */
  readonly #pending = new Map<string, Promise<unknown>>();
  readonly #places = new Places(MAX_IN_FLIGHT);
  readonly #signal: AbortSignal;

  constructor(
    private readonly engine: Engine,
    signal: AbortSignal,
  ) {
    this.#signal = signal;
  }

  /**
   * Appends to one stream must not overlap.
   * @param until time of `performance.now()` at which the answer is there, if only `UnknownOutcome`
   * @throws WrongRevision, DuplicateEventId, InvalidAppend, UnknownOutcome
   * @throws Overloaded, LedgerUnavailable when nothing was written
   */
  async append(append: CheckedAppend, until: number): Promise<Appended> {
    const { ids } = this.engine.follower;
    await this.#othersOver(append, until);
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

  /** Waits while an append with one of these ids is on its way elsewhere. */
  async #othersOver(append: CheckedAppend, until: number): Promise<void> {
    for (;;) {
      const elsewhere = append.events.map(({ id }) => this.#pending.get(id)).find(Boolean);
      if (!elsewhere) return;
      await within('another append of the same id', until - performance.now(), elsewhere).catch(() => {
        throw new Overloaded(this.#places.waiting);
      });
    }
  }

  /** Of an append of which an id is in the log already, so that it cannot be written: what stands in its place? */
  async #judge(append: CheckedAppend, knownId: string, until: number): Promise<Appended> {
    const read = <T>(attempt: () => Promise<T>): Promise<T> =>
      this.#untilRead(append, until, attempt).catch((error: unknown) => {
        const { kind } = classify(error);
        throw kind === 'streamDeleted' ? tombstoned(append, error) : new UnknownOutcome(append.stream, error);
      });
    const repeat = await read(() => this.#findInPlace(append));
    if (repeat) return { ...repeat, repeated: true };
    const actual = await read(() => lastRevision(this.engine, append.stream, this.#signal));
    const asExpected = actual === (append.expected === 'no_stream' ? 'none' : append.expected);
    throw asExpected
      ? new DuplicateEventId(append.stream, knownId)
      : new WrongRevision(append.stream, append.expected, actual);
  }

  async #send(append: CheckedAppend, until: number): Promise<Appended> {
    const { timings, follower } = this.engine;
    const backoff = new Backoff(timings.retryMs);
    const events = append.events.map(toEventData);
    // The last of the time is for reading back what the attempts did.
    const lastAttemptAt = until - Math.min(timings.attemptMs, (until - performance.now()) / 10);
    let knownBefore: Position | undefined;
    let mayBeWritten = false;
    let failedWith: unknown;
    while (await this.#places.take(lastAttemptAt)) {
      knownBefore ??= follower.known;
      try {
        const leftMs = Math.max(1, lastAttemptAt - performance.now());
        const answer = await this.#attempt(append, events, Math.min(timings.attemptMs, leftMs));
        const { revision, position } = answer;
        if (position !== undefined && !mayBeWritten)
          return this.#took(append, { revision, position }, knownBefore);
        // The server may have answered for an attempt before, with that one's position or without.
        break;
      } catch (error) {
        const failure = classify(error);
        if (failure.kind === 'wrongRevision')
          throw new WrongRevision(append.stream, append.expected, failure.actual);
        const refusal = refusalOf(append, failure, error);
        if (refusal && !mayBeWritten) throw refusal;
        failedWith = error;
        // It says nothing of the attempts before it.
        if (refusal) break;
        mayBeWritten = true;
      }
      await backoff.pause(this.#signal, lastAttemptAt - performance.now());
    }
    // It never had its turn.
    if (knownBefore === undefined) throw new Overloaded(this.#places.waiting);
    return this.#readBack(append, until, knownBefore, failedWith);
  }

  /** In a place, which it gives back. */
  async #attempt(append: CheckedAppend, events: EventData[], ms: number) {
    const { leader, namespace } = this.engine;
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
      this.#places.giveBack();
    }
  }

  async #readBack(
    append: CheckedAppend,
    until: number,
    knownBefore: Position,
    cause: unknown,
  ): Promise<Appended> {
    const found = await this.#untilRead(append, until, () => this.#findInPlace(append)).catch(
      () => undefined,
    );
    if (!found) throw new UnknownOutcome(append.stream, cause);
    return this.#took(append, found, knownBefore);
  }

  /** Tries again until `until`; fails as the last attempt did. */
  async #untilRead<T>(append: CheckedAppend, until: number, attempt: () => Promise<T>): Promise<T> {
    const backoff = new Backoff(this.engine.timings.retryMs);
    for (;;) {
      const leftMs = Math.max(1, until - performance.now());
      try {
        return await within(`reading back ${append.stream}`, leftMs, attempt());
      } catch (error) {
        const { kind } = classify(error);
        if (kind === 'refused' || kind === 'streamDeleted' || performance.now() >= until) throw error;
      }
      await backoff.pause(this.#signal, until - performance.now());
    }
  }

  /** Undefined when other events, or none, stand where this append would. One attempt; fails as the client does. */
  async #findInPlace(append: CheckedAppend): Promise<Place | undefined> {
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

  /** @param knownBefore the last event that was known to be there before the first attempt */
  #took(append: CheckedAppend, place: Place, knownBefore: Position): Appended {
    const { follower } = this.engine;
    for (const { id } of append.events) follower.ids.add(id);
    follower.acknowledged(place.position, append.events.length);
    return { ...place, repeated: place.position <= knownBefore };
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

/** Undefined when another attempt may do better. */
function refusalOf(append: CheckedAppend, failure: Failure, cause: unknown): LedgerError | undefined {
  switch (failure.kind) {
    case 'tooLarge':
      return new InvalidAppend(
        `${append.stream}: ${append.bytes} bytes in one append, the server takes ${failure.maxBytes}`,
        { cause },
      );
    case 'streamDeleted':
      return tombstoned(append, cause);
    case 'refused':
      return new LedgerUnavailable(`${append.stream}: the server refuses the append: ${failure.why}`, {
        cause,
      });
    default:
      return undefined;
  }
}

function tombstoned({ stream }: CheckedAppend, cause: unknown): InvalidAppend {
  return new InvalidAppend(`${stream}: tombstoned on the server, it takes no events any more`, { cause });
}
