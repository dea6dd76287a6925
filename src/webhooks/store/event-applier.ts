import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import {
  evolveEndpoints,
  NO_ENDPOINTS,
  type Endpoint,
  type Endpoints,
} from '../../domain/endpoint/endpoint.js';
import type { EndpointEvent } from '../../domain/endpoint/events.js';
import type { StoredEvent } from '../../ledger/port.js';
import { ENDPOINT_STREAM, toEndpointEvent } from '../endpoint-log.js';
import { JOURNAL_STREAM, messageSchema, parseJournalEvent } from '../journal-events.js';
import { DeliveryWriter } from './delivery-writer.js';

/** One attempt, or an end without one, as it was recorded. */
export interface SettledKey {
  readonly endpoint: string;
  readonly message: string;
}

/** Applies the events of both streams, within the caller's transaction. */
export class EventApplier {
  readonly #deliveries: DeliveryWriter;
  readonly #put: StatementSyncInstance;
  readonly #drop: StatementSyncInstance;
  readonly #replayed: StatementSyncInstance;
  readonly #db: DatabaseSyncInstance;
  readonly #retentionMs: number;
  #endpoints: Endpoints = NO_ENDPOINTS;
  /** The latest time that an event was written at. */
  #latestAt = 0;

  constructor(db: DatabaseSyncInstance, retentionMs: number) {
    this.#db = db;
    this.#retentionMs = retentionMs;
    this.#deliveries = new DeliveryWriter(db);
    this.#put = db.prepare(
      `INSERT INTO endpoint (id, state, failing_since) VALUES (?, ?, NULL)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state`,
    );
    this.#drop = db.prepare('DELETE FROM endpoint WHERE id = ?');
    this.#replayed = db.prepare(
      'INSERT INTO replay (event_id, put, next_from, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.reload();
  }

  /** As applied; ahead of the file while a transaction is open. */
  get endpoints(): Endpoints {
    return this.#endpoints;
  }

  /** From the file: after a transaction was rolled back. */
  reload(): void {
    const rows: readonly { id: string; state: string }[] = this.#db
      .prepare('SELECT id, state FROM endpoint ORDER BY id')
      .all();
    this.#endpoints = new Map(rows.map(({ id, state }) => [id, JSON.parse(state) as Endpoint]));
    const { at } = this.#db.prepare('SELECT coalesce(max(issued_at), 0) AS at FROM message').get() as {
      at: number;
    };
    this.#latestAt = at;
  }

  /**
   * @returns what it settled
   * @throws ZodError when the event is of a later release: what it says must not be passed over
   */
  apply(stored: StoredEvent): readonly SettledKey[] {
    const at = Math.max(this.#latestAt, writtenAt(stored));
    this.#latestAt = at;
    switch (stored.stream) {
      case ENDPOINT_STREAM:
        this.#applyEndpoint(toEndpointEvent(stored), stored, at);
        return [];
      case JOURNAL_STREAM:
        return this.#applyJournal(stored, at);
      default:
        return [];
    }
  }

  #applyEndpoint(event: EndpointEvent, { id, recordedAt }: StoredEvent, at: number): void {
    const { endpoint } = event;
    const before = this.#endpoints;
    this.#endpoints = evolveEndpoints(before, event, recordedAt);
    const known = this.#endpoints.get(endpoint);
    if (this.#endpoints !== before) {
      if (known === undefined) this.#drop.run(endpoint);
      else this.#put.run(endpoint, JSON.stringify(known));
    }
    if (event.type === 'EndpointRemoved') this.#deliveries.giveUp(endpoint, 'dropped', at);
    if (event.type === 'EndpointPaused' && event.reason === 'gone')
      this.#deliveries.giveUp(endpoint, 'dead', at);
    const isElsewhere = event.type === 'EndpointChanged' && before.get(endpoint)?.url !== known?.url;
    if (isElsewhere || event.type === 'EndpointResumed') {
      this.#forgetFailing(endpoint);
      this.#deliveries.retryNow(endpoint);
    }
    if (event.type === 'TestRequested')
      this.#deliveries.issueTest(messageSchema.parse(event.message), known, at);
    if (event.type === 'ReplayRequested' && known !== undefined) {
      const { put, nextFrom } = this.#deliveries.replay(known, event, at);
      this.#replayed.run(id, put, nextFrom, at);
    }
  }

  #applyJournal({ type, data }: StoredEvent, at: number): readonly SettledKey[] {
    const event = parseJournalEvent(type, data);
    this.#deliveries.forget(at - this.#retentionMs);
    switch (event.type) {
      case 'MessagesIssued':
        for (const message of event.messages) this.#deliveries.issue(message, this.#endpoints, at);
        return [];
      case 'DeliveriesSettled':
        for (const settled of event.deliveries) this.#deliveries.settle(settled);
        return event.deliveries.map(({ endpoint, message }) => ({ endpoint, message }));
      case 'LeaseTaken':
      case 'LeaseRenewed':
      case 'LeaseReleased':
        return [];
    }
  }

  #forgetFailing(endpoint: string): void {
    this.#db.prepare('UPDATE endpoint SET failing_since = NULL, failed_at = NULL WHERE id = ?').run(endpoint);
  }
}

/** In a copy of a ledger, events can have the time of the copy: their writer says when they were written. */
const writtenAt = ({ recordedAt, metadata }: StoredEvent): number => {
  const { occurredAt } = metadata as { readonly occurredAt?: unknown };
  const at = Date.parse(recordedAt);
  return typeof occurredAt === 'string' && Date.parse(occurredAt) < at ? Date.parse(occurredAt) : at;
};
