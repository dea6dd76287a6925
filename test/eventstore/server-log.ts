/** An event as the stand-in keeps it. Bodies are as they came over the wire. */
export interface Written {
  readonly stream: string;
  readonly revision: bigint;
  /** Commit and prepare position in one: they differ in explicit transactions only. */
  readonly position: bigint;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly createdMs: number;
}

export type Proposed = Omit<Written, 'stream' | 'revision' | 'position' | 'createdMs'>;
export type ExpectedRevision = 'any' | 'no_stream' | 'stream_exists' | bigint;
export type AppendOutcome =
  | { readonly kind: 'appended'; readonly revision: bigint; readonly position: bigint }
  | { readonly kind: 'wrongRevision'; readonly current: bigint | 'none' }
  | { readonly kind: 'deleted' };

interface Stream {
  readonly events: Written[];
  /** Events before it are no longer seen: a soft delete moves it past the last. */
  visibleFrom: number;
  tombstoned: boolean;
}

/** For `any` and `stream_exists` a server only remembers ids that it saw lately, whatever their stream. */
const REMEMBERED_IDS = 10_000;

/**
 * The semantics of EventStoreDB's log.
 * @see KurrentDB `IndexWriter.CheckCommit`; what the adapter rests on of it is in docs/adr/0013
 */
export class ServerLog {
  readonly all: Written[] = [];
  now: () => number = Date.now;
  readonly #streams = new Map<string, Stream>();
  readonly #remembered = new Map<string, Written>();
  readonly #waiting = new Set<() => void>();
  #end = 0n;

  append(name: string, expected: ExpectedRevision, proposed: readonly Proposed[]): AppendOutcome {
    const stream = this.#streams.get(name);
    if (stream?.tombstoned) return { kind: 'deleted' };
    const current = (stream?.events.length ?? 0) - 1;
    const wrong: AppendOutcome = { kind: 'wrongRevision', current: current < 0 ? 'none' : BigInt(current) };
    if (expected === 'any' || expected === 'stream_exists') {
      const repeat = this.#rememberedAs(proposed);
      if (repeat) return repeat;
      if (expected === 'stream_exists' && !this.#exists(name)) return wrong;
      return this.#write(name, proposed);
    }
    const softDeleted = stream !== undefined && stream.visibleFrom >= stream.events.length;
    if (expected === 'no_stream' && (current < 0 || softDeleted)) return this.#write(name, proposed);
    const revision = expected === 'no_stream' ? -1 : Number(expected);
    if (revision === current) return this.#write(name, proposed);
    if (revision > current || proposed.length === 0) return wrong;
    const there = proposed.map((_, index) => stream?.events[revision + 1 + index]);
    const last = there.at(-1);
    // Only some of the ids in place is no repeat either ("CorruptedIdempotency").
    if (!last || proposed.some(({ id }, index) => there[index]?.id !== id)) return wrong;
    return { kind: 'appended', revision: last.revision, position: last.position };
  }

  /** Undefined when there is nothing to see. */
  stream(name: string): readonly Written[] | undefined | 'deleted' {
    const stream = this.#streams.get(name);
    if (stream?.tombstoned) return 'deleted';
    const visible = stream?.events.slice(stream.visibleFrom) ?? [];
    return visible.length === 0 ? undefined : visible;
  }

  /** The stream can begin again, and goes on with its revisions then. */
  softDelete(name: string): void {
    const stream = this.#streams.get(name);
    if (stream) stream.visibleFrom = stream.events.length;
  }

  /** The name is gone for good. */
  tombstone(name: string): void {
    this.#streamOf(name).tombstoned = true;
  }

  /** Index of the first event after `position`. */
  indexAfter(position: bigint): number {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.all[middle]?.position ?? 0n) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Resolves at the next append, or when `signal` aborts. */
  grown(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  #write(name: string, proposed: readonly Proposed[]): AppendOutcome {
    const stream = proposed.length === 0 ? this.#streams.get(name) : this.#streamOf(name);
    const createdMs = this.now();
    for (const event of proposed) {
      const written: Written = {
        ...event,
        stream: name,
        revision: BigInt(stream?.events.length ?? 0),
        position: this.#end,
        createdMs,
      };
      // Positions are places in a file: they have gaps.
      this.#end += BigInt(100 + event.data.length + event.metadata.length);
      stream?.events.push(written);
      this.all.push(written);
      this.#remembered.set(event.id, written);
    }
    for (const [id] of this.#remembered) {
      if (this.#remembered.size <= REMEMBERED_IDS) break;
      this.#remembered.delete(id);
    }
    if (proposed.length > 0) for (const wake of [...this.#waiting]) wake();
    const last = stream?.events.at(-1);
    return { kind: 'appended', revision: last?.revision ?? -1n, position: last?.position ?? 0n };
  }

  #rememberedAs(proposed: readonly Proposed[]): AppendOutcome | undefined {
    const known = proposed.map(({ id }) => this.#remembered.get(id));
    const last = known.at(-1);
    if (!last || known.includes(undefined)) return undefined;
    return { kind: 'appended', revision: last.revision, position: last.position };
  }

  /** Metadata alone make a stream exist. */
  #exists(name: string): boolean {
    return this.stream(name) !== undefined || this.stream(`$$${name}`) !== undefined;
  }

  #streamOf(name: string): Stream {
    const stream = this.#streams.get(name) ?? { events: [], visibleFrom: 0, tombstoned: false };
    this.#streams.set(name, stream);
    return stream;
  }
}
