import { setImmediate } from 'node:timers/promises';
import { checkAppend, type CheckedAppend, type EventText } from '../checked-append.js';
import { LedgerClosed, Overloaded } from '../errors.js';
import { Growth } from '../growth.js';
import { DEFAULT_LIMITS, type LedgerLimits } from '../limits.js';
import { readPages, type LogPage, type LogPages } from '../log-pages.js';
import { answer, type Outcome } from '../outcome.js';
import { placeAppend, type LogIndex } from '../place-append.js';
import type {
  Appended,
  Delivery,
  Expected,
  Filter,
  Ledger,
  NewEvent,
  Position,
  Revision,
  StoredEvent,
  StreamName,
} from '../port.js';
import { toPosition } from '../position.js';
import { subscribeToPages } from '../subscription.js';

const PAGE_EVENTS = 500;

interface Kept extends EventText {
  readonly stream: StreamName;
  readonly revision: number;
  readonly sequence: number;
  readonly recordedAtMs: number;
}

/** The reference engine: the contract in its plainest form, for tests and for trying things. Durable it is not. */
export class MemoryLedger implements Ledger {
  readonly #limits: LedgerLimits;
  readonly #now: () => number;
  readonly #log: Kept[] = [];
  readonly #streams = new Map<string, Kept[]>();
  readonly #ids = new Set<string>();
  readonly #growth = new Growth();
  #waiting = 0;
  #waitingBytes = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: { readonly limits?: Partial<LedgerLimits>; readonly now?: () => number } = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#now = options.now ?? Date.now;
  }

  async append(stream: StreamName, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    if (this.#growth.closed) throw new LedgerClosed();
    const append = checkAppend(stream, expected, events, this.#limits);
    if (
      this.#waiting >= this.#limits.maxWaitingAppends ||
      this.#waitingBytes + append.bytes > this.#limits.maxWaitingBytes
    )
      throw new Overloaded(this.#waiting);
    this.#waiting += 1;
    this.#waitingBytes += append.bytes;
    const turn = setImmediate();
    this.#last = turn;
    await turn;
    this.#waiting -= 1;
    this.#waitingBytes -= append.bytes;
    return answer(append, this.#place(append));
  }

  async *readStream(
    stream: StreamName,
    from: Revision = 0n,
    maxCount = Infinity,
  ): AsyncGenerator<StoredEvent> {
    this.#refuseWhenClosed();
    const first = Math.max(0, Number(from));
    for (const kept of (this.#streams.get(stream) ?? []).slice(first, first + maxCount)) yield stored(kept);
  }

  async *readAll(after: Position, filter?: Filter, maxCount = Infinity): AsyncGenerator<StoredEvent> {
    this.#refuseWhenClosed();
    yield* readPages(this.#pages, after, filter, maxCount);
  }

  subscribe(
    after: Position,
    options: { readonly filter?: Filter; readonly signal: AbortSignal },
  ): AsyncGenerator<Delivery, void, undefined> {
    const { fellBehindAfter } = this.#limits;
    return subscribeToPages(this.#pages, this.#growth, after, { ...options, fellBehindAfter });
  }

  async head(): Promise<Position> {
    this.#refuseWhenClosed();
    return toPosition(this.#log.length);
  }

  async close(): Promise<void> {
    this.#growth.close();
    await this.#last;
  }

  #place(append: CheckedAppend): Outcome {
    const outcome = placeAppend(this.#index, append);
    if (outcome !== 'fresh') return outcome;
    const recordedAtMs = Math.max(this.#now(), this.#log.at(-1)?.recordedAtMs ?? 0);
    const stream = this.#streams.get(append.stream) ?? [];
    this.#streams.set(append.stream, stream);
    for (const event of append.events) {
      const kept: Kept = {
        ...event,
        stream: append.stream,
        revision: stream.length,
        sequence: this.#log.length + 1,
        recordedAtMs,
      };
      stream.push(kept);
      this.#log.push(kept);
      this.#ids.add(event.id);
    }
    this.#growth.notify();
    return { kind: 'appended', revision: stream.length - 1, sequence: this.#log.length, repeated: false };
  }

  readonly #index: LogIndex = {
    lastRevision: (stream) => this.#streams.get(stream)?.at(-1)?.revision,
    eventAt: (stream, revision) => this.#streams.get(stream)?.[revision],
    hasId: (id) => this.#ids.has(id),
  };

  readonly #pages: LogPages = {
    head: () => this.#log.length,
    page: (after, upTo, filter): LogPage => {
      const end = Math.min(upTo, after + PAGE_EVENTS);
      return {
        events: this.#log
          .slice(after, end)
          .filter((kept) => passes(kept, filter))
          .map(stored),
        end,
      };
    },
  };

  #refuseWhenClosed(): void {
    if (this.#growth.closed) throw new LedgerClosed();
  }
}

function passes(kept: Kept, filter: Filter | undefined): boolean {
  return (
    kept.stream.startsWith(filter?.streamPrefix ?? '') &&
    (filter?.types === undefined || filter.types.includes(kept.type))
  );
}

function stored({ id, type, data, metadata, stream, revision, sequence, recordedAtMs }: Kept): StoredEvent {
  return {
    id,
    type,
    data: JSON.parse(data),
    metadata: JSON.parse(metadata),
    stream,
    revision: BigInt(revision),
    position: toPosition(sequence),
    recordedAt: new Date(recordedAtMs).toISOString(),
  };
}
