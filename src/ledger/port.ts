import type { Brand } from '../domain/brand.js';

/** `vm-<uuid>`, `host-<name>`, `catalogue`. 1 to 200 characters of `[A-Za-z0-9._:-]`. */
export type StreamName = Brand<string, 'StreamName'>;
/** A stream's version: 0 after the first event. */
export type Revision = bigint;
/**
 * A place in the whole log. Opaque, printable; `a < b` as strings is the log's order (fixed width), so it can be
 * a cursor, a checkpoint and a read-your-writes token.
 */
export type Position = Brand<string, 'Position'>;
/** Before the first event. */
export const START = '' as Position;

/** What the stream must look like for the append to happen. `any` does not exist here: see ADR 0003. */
export type Expected = 'no_stream' | Revision;

export interface NewEvent {
  /** UUID in lower case, derived from the report, so that a repeat is known as one. */
  readonly id: string;
  readonly type: string;
  /** JSON object. */
  readonly data: unknown;
  /** JSON object. */
  readonly metadata: unknown;
}

export interface StoredEvent extends NewEvent {
  readonly stream: StreamName;
  readonly revision: Revision;
  readonly position: Position;
  /** ISO 8601 with milliseconds, by the ledger's clock. Never decreases along the log. */
  readonly recordedAt: string;
}

export interface Appended {
  /** Of the last event of the append. */
  readonly revision: Revision;
  readonly position: Position;
  /** True when these very events were there already: a retry. */
  readonly repeated: boolean;
}

export interface Filter {
  readonly streamPrefix?: string;
  readonly types?: readonly string[];
}

/**
 * One ordered sequence of events and control signals: a signal never overtakes an event.
 * `checkpoint`: everything up to and including `position` was considered (filtered reading moves on).
 */
export type Delivery =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caughtUp' }
  | { readonly kind: 'fellBehind' };

/**
 * The only truth. One contract suite (`test/contract/ledger-contract.ts`) runs over every engine.
 *
 * Appends: all or nothing, one stream. Idempotent by event id: the same ids at the same place answer the first
 * append's revision and position with `repeated: true`, whatever the body; only some of them, or other ids, is `WrongRevision`.
 * An acknowledged append is durable.
 */
export interface Ledger {
  /**
   * @throws WrongRevision when the stream is not as expected; carries both. Judged before the ids.
   * @throws DuplicateEventId when the stream is as expected, but an id is in the log already at another place
   * @throws Overloaded when the queue of waiting appends is full; nothing was written
   * @throws UnknownOutcome when the engine cannot say; retry with the same ids
   * @throws InvalidAppend for an empty append, a malformed id or stream name, or an event above the size limit
   */
  append(stream: StreamName, expected: Expected, events: readonly NewEvent[]): Promise<Appended>;
  /** In revision order from `from` (default 0). A stream that does not exist yields nothing. */
  readStream(stream: StreamName, from?: Revision, maxCount?: number): AsyncIterable<StoredEvent>;
  /**
   * In log order, from after `after`, up to the head as it was when reading began.
   * @throws BadPosition when `after` is malformed or past the head
   */
  readAll(after: Position, filter?: Filter, maxCount?: number): AsyncIterable<StoredEvent>;
  /**
   * Everything after `after`, then `caughtUp`, then what is appended, as it is appended. Pull-based: nothing is
   * buffered for a slow consumer, it falls behind and reads on from the log. Ended cleanly by `signal` or `close`.
   * @throws BadPosition when `after` is malformed or past the head
   */
  subscribe(
    after: Position,
    options: { readonly filter?: Filter; readonly signal: AbortSignal },
  ): AsyncIterable<Delivery>;
  /** Position of the last event, `START` when empty. */
  head(): Promise<Position>;
  /** Refuses new appends, finishes those accepted, ends subscriptions. */
  close(): Promise<void>;
}

/** A ledger that is read only. */
export type LedgerReader = Pick<Ledger, 'readStream' | 'readAll' | 'head' | 'close'>;
