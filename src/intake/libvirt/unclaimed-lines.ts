import type { ProposedEvent } from '../../domain/vm/decide.js';
import type { VmEvent } from '../../domain/vm/events.js';
import { WrongRevision } from '../../ledger/errors.js';
import {
  START,
  type Expected,
  type Ledger,
  type NewEvent,
  type Position,
  type StoredEvent,
} from '../../ledger/port.js';
import { type DomainNames } from '../../recording/domain-names.js';
import { eventId } from '../../recording/event-id.js';
import { type Recorder } from '../../recording/recorder.js';
import type { ReportContext } from '../../recording/report-context.js';
import { UNCLAIMED_PREFIX, unclaimedStream } from '../../recording/streams.js';

/** An event of a domain that its host has named, and whose UUID it has not told. */
export interface NamedEvent {
  readonly name: string;
  readonly event: ProposedEvent;
}

/**
 * Event lines that came before anything that says which VM they speak of. They wait in the ledger, one stream a
 * host, and are recorded for the VM as soon as a hook or log names it: nothing is lost, whatever comes first.
 */
export class UnclaimedLines {
  /** `host\nname` of those that wait. */
  private readonly waiting = new Set<string>();
  constructor(
    private readonly ledger: Ledger,
    private readonly recorder: Recorder,
    private readonly names: DomainNames,
  ) {}

  /** At start: finds what waits, and claims what can be by now. */
  async load(context: ReportContext): Promise<void> {
    const found = new Map<string, { host: string; name: string }>();
    for await (const stored of this.ledger.readAll(START, { streamPrefix: UNCLAIMED_PREFIX })) {
      const { host, name } = partsOf(stored);
      found.set(key(host, name), { host, name });
    }
    for (const [id, { host, name }] of found) {
      this.waiting.add(id);
      const uuid = this.names.uuidOf(host, name);
      if (uuid !== null) await this.claim(host, name, uuid, context);
    }
  }

  /** Puts events aside. @returns how many were news, and where the ledger then stood */
  async put(
    host: string,
    events: readonly NamedEvent[],
  ): Promise<{ readonly put: number; readonly position: Position }> {
    const stream = unclaimedStream(host);
    for (;;) {
      const known = new Set<string>();
      let expected: Expected = 'no_stream';
      let position: Position = START;
      for await (const stored of this.ledger.readStream(stream)) {
        known.add(stored.id);
        expected = stored.revision;
        ({ position } = stored);
      }
      const news = events.map((event) => toUnclaimed(host, event)).filter(({ id }) => !known.has(id));
      const unique = [...new Map(news.map((event) => [event.id, event])).values()];
      for (const { name } of events) this.waiting.add(key(host, name));
      if (unique.length === 0) return { put: 0, position };
      try {
        const appended = await this.ledger.append(stream, expected, unique);
        return { put: unique.length, position: appended.position };
      } catch (error) {
        if (!(error instanceof WrongRevision)) throw error;
      }
    }
  }

  /** A host told which VM it means by a name: what waited for it is recorded. Done twice, it changes nothing. */
  async claim(host: string, name: string | null, uuid: string, context: ReportContext): Promise<void> {
    if (name === null) return;
    this.names.learn(host, name, uuid);
    if (!this.waiting.has(key(host, name))) return;
    // Before reading: a line put aside meanwhile marks the name anew.
    this.waiting.delete(key(host, name));
    try {
      const events: ProposedEvent[] = [];
      for await (const stored of this.ledger.readStream(unclaimedStream(host))) {
        if (partsOf(stored).name === name) events.push(toProposed(stored, context));
      }
      await this.recorder.record(uuid, events);
    } catch (error) {
      this.waiting.add(key(host, name));
      throw error;
    }
  }
}

const key = (host: string, name: string): string => `${host}\n${name}`;

interface Unclaimed {
  readonly host: string;
  readonly name: string;
  readonly id: string;
  readonly event: VmEvent;
}

const partsOf = (stored: StoredEvent): Unclaimed => stored.data as Unclaimed;

const toUnclaimed = (host: string, { name, event }: NamedEvent): NewEvent => ({
  id: eventId('unclaimed', event.id),
  type: 'DomainEventUnclaimed',
  data: { host, name, id: event.id, event: event.data } satisfies Unclaimed,
  metadata: event.metadata,
});

const toProposed = (stored: StoredEvent, context: ReportContext): ProposedEvent => {
  const { id, event } = partsOf(stored);
  const metadata = stored.metadata as ProposedEvent['metadata'];
  return {
    id,
    data: event,
    metadata: { ...metadata, causationId: stored.id, correlationId: context.correlationId },
  };
};
