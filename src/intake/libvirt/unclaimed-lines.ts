import type { ProposedEvent } from '../../domain/vm/decide.js';
import type { EventMetadata } from '../../domain/vm/envelope.js';
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
import { appendParts } from '../../recording/append-parts.js';
import type { DomainNames, ToldName } from '../../recording/domain-names.js';
import { eventId } from '../../recording/event-id.js';
import type { Recorder } from '../../recording/recorder.js';
import { metadataOf, type ReportContext } from '../../recording/report-context.js';
import { unclaimedStream } from '../../recording/streams.js';

/** An event of a domain that its host has named, and whose UUID it has not told. */
export interface NamedEvent {
  readonly name: string;
  readonly event: ProposedEvent;
}

/** An event put aside. */
const UNCLAIMED = 'DomainEventUnclaimed';
/** All before it in the stream is recorded for a VM. */
const CLAIMED = 'DomainEventsClaimed';

/**
 * Event lines that came before anything that says which VM they speak of. They wait in the ledger, one stream for
 * each host and name, and are recorded for the VM as soon as a hook or log names it: nothing is lost, whatever comes
 * first, to whichever server. Two that claim the same at once write the same events, and the ledger takes them once.
 */
export class UnclaimedLines {
  /** By `host\nname`; each time that something is put aside, another object. */
  private readonly waiting = new Map<string, WaitingName>();
  constructor(
    private readonly ledger: Ledger,
    private readonly recorder: Recorder,
    private readonly names: DomainNames,
  ) {}

  /** What some server wrote to a stream of these: something was put aside, or claimed. In the order of the ledger. */
  heard({ type, data, position }: StoredEvent): void {
    const { host, name } = data as Named;
    const id = key(host, name);
    const known = this.waiting.get(id)?.at ?? START;
    if (type === UNCLAIMED && known < position) this.waiting.set(id, { host, name, at: position });
    if (type === CLAIMED && known < position) this.waiting.delete(id);
  }

  /**
   * Claims what waits under all names that are known by now.
   * @throws the first fault, once all were tried
   */
  async claimAll(context: ReportContext, signal: AbortSignal): Promise<void> {
    const faults: unknown[] = [];
    for (const { host, name } of [...this.waiting.values()]) {
      if (signal.aborted) return;
      await this.claimIfKnown(host, name, context).catch((error: unknown) => faults.push(error));
    }
    if (faults.length > 0) throw faults[0];
  }

  /** Puts events aside. @returns how many were news, and where the ledger then stood */
  async put(
    host: string,
    events: readonly NamedEvent[],
  ): Promise<{ readonly put: number; readonly position: Position }> {
    const byName = new Map<string, NamedEvent[]>();
    for (const event of events) byName.set(event.name, [...(byName.get(event.name) ?? []), event]);
    let [put, position]: [number, Position] = [0, START];
    for (const [name, named] of byName) {
      const done = await this.putOf(host, name, named);
      put += done.put;
      if (done.position > position) ({ position } = done);
      // After the append: a claim made meanwhile did not see these, and the next one must look.
      this.waiting.set(key(host, name), { host, name, at: done.position });
    }
    return { put, position };
  }

  private async putOf(
    host: string,
    name: string,
    events: readonly NamedEvent[],
  ): Promise<{ put: number; position: Position }> {
    const stream = unclaimedStream(host, name);
    let put = 0;
    for (;;) {
      const { known, expected, position } = await this.read(host, name);
      const news = events.map((event) => toUnclaimed(host, event)).filter(({ id }) => !known.has(id));
      const unique = [...new Map(news.map((event) => [event.id, event])).values()];
      if (unique.length === 0) return { put, position };
      try {
        let reached = position;
        for await (const part of appendParts(this.ledger, stream, expected, unique)) {
          put += part.events.length;
          reached = part.position;
        }
        return { put, position: reached };
      } catch (error) {
        if (!(error instanceof WrongRevision)) throw error;
      }
    }
  }

  /** A host told which VM it means by a name: what waited for it is recorded. Done twice, it changes nothing. */
  async claim(told: Told, context: ReportContext): Promise<void> {
    const { host, name, uuid, at } = told;
    if (name === null) return;
    this.names.learn({ host, name, uuid, at });
    await this.claimAs(host, name, uuid, context);
  }

  /** The same for a name out of the past (a log): it does not unseat the VM that the host means by it now. */
  async claimOld(told: Told, context: ReportContext): Promise<void> {
    const { host, name, uuid, at } = told;
    if (name === null) return;
    const now = this.names.uuidOf(host, name);
    if (now === null) this.names.learn({ host, name, uuid, at });
    if (now === null || now === uuid) await this.claimAs(host, name, uuid, context);
  }

  /** Claims what waits under a name, when something has said by now which VM it means. */
  async claimIfKnown(host: string, name: string, context: ReportContext): Promise<void> {
    const uuid = this.names.uuidOf(host, name);
    if (uuid !== null) await this.claimAs(host, name, uuid, context);
  }

  private async claimAs(host: string, name: string, uuid: string, context: ReportContext): Promise<void> {
    const before = this.waiting.get(key(host, name));
    if (before === undefined) return;
    const { open, expected } = await this.read(host, name);
    if (open.length > 0) {
      const proposed = open.map((stored) => toProposed(stored, context));
      const { position } = await this.recorder.record(uuid, proposed);
      await this.markClaimed({ host, name, uuid }, expected, position, context);
    }
    // A line put aside meanwhile marks the name anew.
    if (this.waiting.get(key(host, name)) === before) this.waiting.delete(key(host, name));
  }

  /** Without the mark they would be claimed again, to no effect; so another writer in between is no harm. */
  private async markClaimed(
    claimed: Named & { readonly uuid: string },
    expected: Expected,
    position: Position,
    context: ReportContext,
  ): Promise<void> {
    const event: NewEvent = {
      id: eventId(CLAIMED, claimed.host, claimed.name, String(expected), position),
      type: CLAIMED,
      data: claimed,
      metadata: metadataOf(context, null, null),
    };
    try {
      await this.ledger.append(unclaimedStream(claimed.host, claimed.name), expected, [event]);
    } catch (error) {
      if (!(error instanceof WrongRevision)) throw error;
    }
  }

  private async read(host: string, name: string): Promise<Waiting> {
    const known = new Set<string>();
    let open: StoredEvent[] = [];
    let expected: Expected = 'no_stream';
    let position: Position = START;
    for await (const stored of this.ledger.readStream(unclaimedStream(host, name))) {
      if (stored.type === CLAIMED) open = [];
      else {
        known.add(stored.id);
        open.push(stored);
      }
      expected = stored.revision;
      ({ position } = stored);
    }
    return { known, open, expected, position };
  }
}

interface Waiting {
  readonly known: ReadonlySet<string>;
  /** Put aside and not recorded for a VM yet. */
  readonly open: readonly StoredEvent[];
  readonly expected: Expected;
  readonly position: Position;
}

const key = (host: string, name: string): string => `${host}\n${name}`;

/** As {@link ToldName}, of a report that may not say a name. */
type Told = Omit<ToldName, 'name'> & { readonly name: string | null };

interface Named {
  readonly host: string;
  readonly name: string;
}
interface WaitingName extends Named {
  /** Of the last event put aside under it, as far as is known here. */
  readonly at: Position;
}
interface Unclaimed extends Named {
  readonly id: string;
  readonly event: VmEvent;
}

const toUnclaimed = (host: string, { name, event }: NamedEvent): NewEvent => ({
  id: eventId('unclaimed', event.id),
  type: UNCLAIMED,
  data: { host, name, id: event.id, event: event.data } satisfies Unclaimed,
  metadata: event.metadata,
});

const toProposed = (stored: StoredEvent, context: ReportContext): ProposedEvent => {
  const { id, event } = stored.data as Unclaimed;
  const metadata = stored.metadata as EventMetadata;
  return {
    id,
    data: event,
    metadata: { ...metadata, causationId: stored.id, correlationId: context.correlationId },
  };
};
