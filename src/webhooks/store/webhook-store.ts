import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Endpoints } from '../../domain/endpoint/endpoint.js';
import { START, type Position, type StoredEvent } from '../../ledger/port.js';
import { inTransaction } from '../../views/transaction.js';
import { Waiters } from '../../views/waiters.js';
import type { Checkpoint } from '../../views/views-writer.js';
import { ENDPOINT_STREAM } from '../endpoint-log.js';
import { JOURNAL_STREAM } from '../journal-events.js';
import { DeliveryReader } from './delivery-reader.js';
import { EventApplier, type SettledKey } from './event-applier.js';
import { emptyTables, openWebhookFile } from './tables.js';

/** The last event applied of each of the two streams; -1 before the first. */
export interface AppliedRevisions {
  readonly journal: bigint;
  readonly endpoints: bigint;
}

/** What a commit brought. */
export interface WebhookChange {
  readonly settled: readonly SettledKey[];
}

export interface WebhookStoreOptions {
  /** The file, made when missing; or `:memory:`. It can be deleted while nothing runs. */
  readonly path: string;
  /** Messages and deliveries are forgotten after so long. */
  readonly retentionMs: number;
}

/**
 * Endpoints, messages and deliveries, as the two streams of the ledger say. A projection: it can be deleted, and is then
 * built anew, attempts and all, so that nothing is sent again. One process has the file open.
 */
export class WebhookStore {
  readonly read: DeliveryReader;
  readonly #db: DatabaseSyncInstance;
  readonly #applier: EventApplier;
  readonly #waiters = new Waiters();
  readonly #listeners = new Set<(change: WebhookChange) => void>();
  #checkpoint: Checkpoint;
  #revisions: AppliedRevisions;
  #endpoints: Endpoints;

  /** @throws HopledgerError CANNOT_OPEN_LEDGER */
  constructor({ path, retentionMs }: WebhookStoreOptions) {
    this.#db = openWebhookFile(path);
    this.#applier = new EventApplier(this.#db, retentionMs);
    this.read = new DeliveryReader(this.#db);
    this.#endpoints = this.#applier.endpoints;
    const row = this.#db
      .prepare(
        `SELECT position, preceding, event_id AS eventId, coalesce(journal_revision, -1) AS journal,
           coalesce(endpoints_revision, -1) AS endpoints FROM checkpoint`,
      )
      .get() as Checkpoint & { readonly journal: number; readonly endpoints: number };
    const { journal, endpoints, ...checkpoint } = row;
    this.#checkpoint = checkpoint;
    this.#revisions = { journal: BigInt(journal), endpoints: BigInt(endpoints) };
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  get revisions(): AppliedRevisions {
    return this.#revisions;
  }

  get endpoints(): Endpoints {
    return this.#endpoints;
  }

  /** Events and checkpoint in one transaction; who waits or listens is told once it is committed. */
  commit(events: readonly StoredEvent[], position: Position): void {
    const settled: SettledKey[] = [];
    const checkpoint = this.#checkpointAfter(events, position);
    const revisions = revisionsAfter(this.#revisions, events);
    try {
      inTransaction(this.#db, () => {
        for (const event of events) settled.push(...this.#applier.apply(event));
        this.#moveTo(checkpoint, revisions);
      });
    } catch (error) {
      this.#applier.reload();
      throw error;
    }
    this.#checkpoint = checkpoint;
    this.#revisions = revisions;
    this.#endpoints = this.#applier.endpoints;
    this.#waiters.reached(position);
    if (events.length > 0) for (const listener of [...this.#listeners]) listener({ settled });
  }

  /** Forgets everything: the ledger is another one, or was put back to an earlier state. */
  reset(): void {
    inTransaction(this.#db, () => emptyTables(this.#db));
    this.#applier.reload();
    this.#checkpoint = { position: START, preceding: START, eventId: null };
    this.#revisions = { journal: -1n, endpoints: -1n };
    this.#endpoints = this.#applier.endpoints;
  }

  /** @returns whether the position was reached in time */
  async waitFor(position: Position, timeoutMs: number): Promise<boolean> {
    return position <= this.#checkpoint.position || this.#waiters.wait(position, timeoutMs);
  }

  /** Resolves when `holds` does, which is asked after each commit. @returns whether it did in time */
  waitUntil(holds: () => boolean, timeoutMs: number): Promise<boolean> {
    if (holds()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (result: boolean): void => {
        clearTimeout(timer);
        stop();
        resolve(result);
      };
      const timer = setTimeout(settle, timeoutMs, false);
      const stop = this.onChange(() => {
        if (holds()) settle(true);
      });
    });
  }

  onChange(listener: (change: WebhookChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stop the projector first. */
  close(): void {
    this.#waiters.close();
    this.#listeners.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  #checkpointAfter(events: readonly StoredEvent[], position: Position): Checkpoint {
    const last = events.at(-1);
    if (last === undefined) return { ...this.#checkpoint, position };
    return { position, preceding: events.at(-2)?.position ?? this.#checkpoint.position, eventId: last.id };
  }

  #moveTo({ position, preceding, eventId }: Checkpoint, { journal, endpoints }: AppliedRevisions): void {
    const { changes } = this.#db
      .prepare(
        `UPDATE checkpoint SET position = ?, preceding = ?, event_id = ?, journal_revision = ?,
           endpoints_revision = ? WHERE position = ?`,
      )
      .run(position, preceding, eventId, Number(journal), Number(endpoints), this.#checkpoint.position);
    if (changes !== 1) throw new Error('webhooks: another process moved the checkpoint of this file');
  }
}

const revisionsAfter = (before: AppliedRevisions, events: readonly StoredEvent[]): AppliedRevisions => ({
  journal: events.findLast(({ stream }) => stream === JOURNAL_STREAM)?.revision ?? before.journal,
  endpoints: events.findLast(({ stream }) => stream === ENDPOINT_STREAM)?.revision ?? before.endpoints,
});
