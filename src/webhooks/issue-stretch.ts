import { setImmediate } from 'node:timers/promises';
import { noticesOf } from '../domain/notice/notices.js';
import type { Knowledge } from '../domain/vm/derive.js';
import type { Recorded } from '../domain/vm/envelope.js';
import type { Position, StoredEvent } from '../ledger/port.js';
import { CATALOGUE_STREAM, type CatalogueRevised } from '../recording/catalogue-log.js';
import { BUILD_PREFIX, HOST_PREFIX, uuidOfStream } from '../recording/streams.js';
import type { Histories } from '../views/histories.js';
import { hostWithNews, type HostKnowledge } from '../views/host-news.js';
import { messageOf, type Cause } from './body.js';
import type { Message } from './message.js';

/** What messages are derived from, beside the events. */
export interface IssueSources {
  readonly histories: Histories;
  readonly hosts: HostKnowledge;
  /** What was known at a position of the ledger; asked for in its order. */
  readonly knowledge: (upTo: Position) => Knowledge;
  /** VMs that a host ever spoke of, as of a position at least. @throws when the views do not get there in time */
  readonly vmsOfHost: (host: string, position: Position, signal: AbortSignal) => Promise<readonly string[]>;
  /** VMs tainted with each behaviour, by the catalogue in use. */
  readonly tainted: (position: Position, signal: AbortSignal) => Promise<Readonly<Record<string, number>>>;
  readonly maxBodyBytes: number;
  /** A VM that cannot be derived: nothing is told of it, and others go on. */
  readonly failed: (stream: string, position: Position, error: unknown) => void;
}

/** Others get their turn at least this often. */
const SLICE_MS = 10;

/** Makes messages of events, in the ledger's order. The same events make the same messages, ids and all. */
export class StretchDeriver {
  /** Of hosts and binaries, up to the event before; it changes with their own events alone. */
  #known: Knowledge;
  #sliceEnds = 0;

  /**
   * @param after - where the stretch begins: what was known there is known before its first event
   * @param signal - ends what waits
   */
  constructor(
    private readonly sources: IssueSources,
    after: Position,
    private readonly signal: AbortSignal,
  ) {
    this.#known = sources.knowledge(after);
  }

  /** @throws LedgerError when the ledger cannot be read, Error when the views are too far behind, or the signal was given */
  async messagesOf(events: readonly StoredEvent[]): Promise<readonly Message[]> {
    const messages: Message[] = [];
    for (const event of events) {
      this.signal.throwIfAborted();
      messages.push(...(await this.#ofEvent(event)));
    }
    this.sources.histories.trim();
    return messages;
  }

  async #ofEvent(event: StoredEvent): Promise<readonly Message[]> {
    const uuid = uuidOfStream(event.stream);
    if (uuid !== null) return this.#ofVm(uuid, event, this.#known);
    if (event.stream.startsWith(HOST_PREFIX) || event.stream.startsWith(BUILD_PREFIX))
      return this.#ofHost(event);
    if (event.stream === CATALOGUE_STREAM) return this.#ofCatalogue(event);
    return [];
  }

  /** A host's report can tell what a guest there was born on, and so what it carries. */
  async #ofHost(event: StoredEvent): Promise<readonly Message[]> {
    const { sources } = this;
    let host: string | null;
    try {
      host = hostWithNews(sources.hosts, event);
    } catch (error) {
      sources.failed(event.stream, event.position, error);
      return [];
    }
    const before = this.#known;
    this.#known = sources.knowledge(event.position);
    if (host === null) return [];
    const messages: Message[] = [];
    for (const uuid of await sources.vmsOfHost(host, event.position, this.signal)) {
      this.signal.throwIfAborted();
      messages.push(...(await this.#ofVm(uuid, event, before)));
    }
    return messages;
  }

  async #ofVm(uuid: string, event: StoredEvent, before: Knowledge): Promise<readonly Message[]> {
    const { histories, failed } = this.sources;
    histories.extend(uuid, event);
    const history = await histories.of(uuid);
    if ('error' in history) {
      failed(event.stream, event.position, history.error);
      return [];
    }
    const earlier = history.events.filter(({ position }) => position < event.position);
    const own = history.events.find(({ id, position }) => id === event.id && position === event.position);
    if (earlier.length === 0 && own === undefined) return [];
    try {
      return this.#derived(uuid, earlier, own ?? null, event, before);
    } catch (error) {
      failed(event.stream, event.position, error);
      return [];
    } finally {
      // A host can have more VMs than fit, and a batch more events of one VM than it is read for.
      histories.trim(uuid);
      await this.#giveWay();
    }
  }

  #derived(
    uuid: string,
    earlier: readonly Recorded[],
    event: Recorded | null,
    stored: StoredEvent,
    knownBefore: Knowledge,
  ): readonly Message[] {
    const known = this.#known;
    const { vm, notices } = noticesOf({ uuid, earlier, event, knownBefore, known });
    const options = { catalogueRevision: known.catalogue.revision, maxBytes: this.sources.maxBodyBytes };
    return notices.map((notice) => messageOf(notice, vm, causeOf(stored), options));
  }

  async #ofCatalogue(event: StoredEvent): Promise<readonly Message[]> {
    const { tainted, maxBodyBytes } = this.sources;
    // Written by the catalogue log alone.
    const { revision, previous, diff } = event.data as CatalogueRevised;
    const own = this.#known.catalogue.revision;
    const news = [...diff.added, ...diff.changed.map(({ id }) => id)];
    const counts = revision === own ? await tainted(event.position, this.signal) : null;
    const affected =
      counts === null
        ? null
        : Object.fromEntries(news.map((behaviour) => [behaviour, counts[behaviour] ?? 0]));
    const behaviours = [...news, ...diff.removed];
    const data = { revision, previous, diff, affected };
    const notice = { type: 'catalogue.revised', key: '', hosts: [], behaviours, data } as const;
    const options = { catalogueRevision: revision, maxBytes: maxBodyBytes };
    return [messageOf(notice, null, causeOf(event), options)];
  }

  async #giveWay(): Promise<void> {
    if (performance.now() < this.#sliceEnds) return;
    await setImmediate();
    this.#sliceEnds = performance.now() + SLICE_MS;
  }
}

const causeOf = ({ id, position, metadata, recordedAt }: StoredEvent): Cause => {
  const { occurredAt } = metadata as { readonly occurredAt?: unknown };
  return { id, position, occurredAt: typeof occurredAt === 'string' ? occurredAt : recordedAt };
};
