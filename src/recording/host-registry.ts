import type { DatedHostReport, HostDirectory } from '../domain/host/directory.js';
import type { HostEvent, HostReport } from '../domain/host/report.js';
import type { BuildFacts } from '../domain/qemu/build-facts.js';
import type { EventMetadata, Recorded } from '../domain/vm/envelope.js';
import { instantOf } from '../domain/vm/instant.js';
import { DuplicateEventId, WrongRevision } from '../ledger/errors.js';
import {
  START,
  type Appended,
  type Expected,
  type Ledger,
  type Position,
  type Revision,
  type StoredEvent,
  type StreamName,
} from '../ledger/port.js';
import { HopledgerError } from '../errors.js';
import { BuildRegistry } from './build-registry.js';
import { toNewEvent, toRecorded } from './codec.js';
import { eventId } from './event-id.js';
import { metadataOf, type ReportContext } from './report-context.js';
import { HOST_PREFIX, hostStream, isHostName } from './streams.js';

interface KnownReport extends DatedHostReport {
  readonly position: Position;
  readonly id: string;
}

interface OwnEvent {
  readonly id: string;
  readonly data: HostEvent;
  readonly metadata: EventMetadata;
}

/** A host as it is known now. */
export interface KnownHost {
  readonly name: string;
  readonly report: HostReport;
  /** What each of its builds said of itself, in their order; null for one that was not probed. */
  readonly facts: readonly (BuildFacts | null)[];
  readonly reportedAt: string;
  readonly retired: boolean;
}

/** All host reports, held in memory: hosts are few and report seldom. Rebuilt from the ledger at start. */
export class HostRegistry {
  private readonly reports = new Map<string, KnownReport[]>();
  private readonly retired = new Map<string, string>();
  /** Where the streams written here ended. */
  private readonly tips = new Map<StreamName, Revision>();
  private seen: Position = START;
  /** What the binaries that they run said of themselves. */
  readonly builds: BuildRegistry;
  constructor(private readonly ledger: Ledger) {
    this.builds = new BuildRegistry(ledger);
  }

  /** Reads all that the ledger has. @returns what could not be read; the rest counts */
  async load(): Promise<
    readonly { readonly stream: string; readonly position: Position; readonly error: string }[]
  > {
    const unreadable = [...(await this.builds.load())];
    const filter = { streamPrefix: HOST_PREFIX, types: ['HostReported', 'HostRetired'] };
    for await (const event of this.ledger.readAll(START, filter)) {
      try {
        this.apply(event);
      } catch (error) {
        unreadable.push({ stream: event.stream, position: event.position, error: String(error) });
      }
    }
    return unreadable;
  }

  /** Takes in one event; the same one twice changes nothing. @returns the host whose report it was, when it was news */
  apply(stored: StoredEvent): string | null {
    if (!stored.stream.startsWith(HOST_PREFIX)) return null;
    const event: Recorded<HostEvent> = toRecorded<HostEvent>(stored);
    const { data } = event;
    if (stored.position > this.seen) this.seen = stored.position;
    if (data.type === 'HostRetired') {
      this.retired.set(data.host, event.metadata.occurredAt);
      return data.host;
    }
    if (data.type !== 'HostReported') return null;
    const known = this.reports.get(data.host) ?? [];
    if (known.some(({ id }) => id === event.id)) return null;
    const { type: _type, ...report } = data;
    known.push({ at: instantOf(event.metadata), report, position: stored.position, id: event.id });
    known.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    this.reports.set(data.host, known);
    return data.host;
  }

  /** As known now, or as known at a position of the ledger. */
  directory(upTo?: Position): HostDirectory {
    if (upTo === undefined) return this.reports;
    return new Map(
      [...this.reports].map(([host, list]) => [host, list.filter(({ position }) => position <= upTo)]),
    );
  }

  host(name: string): KnownHost | null {
    const latest = this.reports.get(name)?.at(-1);
    if (latest === undefined) return null;
    const reportedAt = new Date(latest.at).toISOString();
    return {
      name,
      report: latest.report,
      facts: latest.report.builds.map(({ facts }) => this.builds.factsOf(facts)),
      reportedAt,
      retired: (this.retired.get(name) ?? '') > reportedAt,
    };
  }

  hosts(): readonly KnownHost[] {
    return [...this.reports.keys()].sort().flatMap((name) => this.host(name) ?? []);
  }

  /** Records what a host says of itself. The same report again is no news. */
  async report(
    report: HostReport,
    context: ReportContext,
    occurredAt: string | null,
  ): Promise<{ position: Position; repeated: boolean; eventId: string }> {
    const data: HostEvent = { type: 'HostReported', ...report };
    const id = eventId(
      'HostReported',
      report.host,
      occurredAt ?? context.correlationId,
      JSON.stringify(report),
    );
    return this.append(data, id, metadataOf(context, occurredAt, null));
  }

  /** Any event of a host's own stream. */
  async append(
    data: HostEvent,
    id: string,
    metadata: EventMetadata,
  ): Promise<{ position: Position; repeated: boolean; eventId: string }> {
    if (!isHostName(data.host))
      throw new HopledgerError('BAD_INPUT', `not a host name: ${JSON.stringify(data.host)}`, {
        field: 'host',
      });
    const stream = hostStream(data.host);
    const atOnce = await this.appendAtTip(stream, { id, data, metadata });
    if (atOnce !== null) return { position: atOnce.position, repeated: atOnce.repeated, eventId: id };
    for (;;) {
      let expected: Expected = 'no_stream';
      for await (const event of this.ledger.readStream(stream)) {
        if (event.id === id) return { position: event.position, repeated: true, eventId: id };
        expected = event.revision;
      }
      const appended = await this.appendAt(stream, expected, { id, data, metadata });
      if (appended !== null) return { position: appended.position, repeated: false, eventId: id };
    }
  }

  /** Without reading the stream, however long. Null when its end is not known, or the event is in the ledger already. */
  private async appendAtTip(stream: StreamName, event: OwnEvent): Promise<Appended | null> {
    const tip = this.tips.get(stream);
    if (tip === undefined) return null;
    try {
      return await this.appendAt(stream, tip, event);
    } catch (error) {
      if (error instanceof DuplicateEventId) return null;
      throw error;
    }
  }

  /** Null when the stream is not as expected. */
  private async appendAt(stream: StreamName, expected: Expected, event: OwnEvent): Promise<Appended | null> {
    try {
      const appended = await this.ledger.append(stream, expected, [toNewEvent(event)]);
      this.tips.set(stream, appended.revision);
      for await (const stored of this.ledger.readStream(stream, appended.revision, 1)) this.apply(stored);
      return appended;
    } catch (error) {
      if (!(error instanceof WrongRevision)) throw error;
      this.tips.delete(stream);
      return null;
    }
  }
}
