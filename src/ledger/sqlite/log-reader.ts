import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { setImmediate } from 'node:timers/promises';
import { LedgerClosed } from '../errors.js';
import type { LogPage, LogPages } from '../log-pages.js';
import type { Filter, Revision, StoredEvent, StreamName } from '../port.js';
import { toPosition } from '../position.js';

const PAGE_EVENTS = 500;
/** How many events one filtered page looks at: bounds the time when few pass. About 5 ms. */
const PAGE_CONSIDERED = 5_000;

const COLUMNS = 'position, stream, revision, id, type, data, metadata, recorded_at AS recordedAtMs';
const FILTERED = `SELECT ${COLUMNS} FROM event WHERE position > ? AND position <= ?`;
const BY_PREFIX = ' AND substr(stream, 1, length(?3)) = ?3';
const BY_TYPE = ' AND type IN (SELECT value FROM json_each(?4))';
const IN_ORDER = ` ORDER BY position LIMIT ${PAGE_EVENTS}`;

interface Row {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
  readonly recordedAtMs: number;
}

/**
 * Reads the file in pages, each a read transaction of its own: between pages nothing is held, so a slow reader keeps no
 * checkpoint from running, and each page sees every commit before it.
 */
export class LogReader implements LogPages {
  readonly #db: DatabaseSyncInstance;
  readonly #head: StatementSyncInstance;
  readonly #stream: StatementSyncInstance;
  readonly #filtered = new Map<string, StatementSyncInstance>();

  /** `db` is closed with this reader. */
  constructor(db: DatabaseSyncInstance) {
    this.#db = db;
    this.#head = db.prepare('SELECT max(position) AS head FROM event');
    this.#stream = db.prepare(
      `SELECT ${COLUMNS} FROM event WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?`,
    );
  }

  /** @throws LedgerClosed */
  head(): number {
    this.#refuseWhenClosed();
    return (this.#head.get() as { head: number | null }).head ?? 0;
  }

  /** @throws LedgerClosed */
  page(after: number, upTo: number, filter: Filter = {}): LogPage {
    this.#refuseWhenClosed();
    const end = Math.min(upTo, after + (isEmpty(filter) ? PAGE_EVENTS : PAGE_CONSIDERED));
    const rows = this.#rows(after, end, filter);
    const last = rows.at(-1);
    return { events: rows.map(stored), end: last && rows.length === PAGE_EVENTS ? last.position : end };
  }

  /** @throws LedgerClosed */
  async *readStream(stream: StreamName, from: Revision, maxCount: number): AsyncGenerator<StoredEvent, void> {
    let next = Number(from);
    let left = maxCount;
    while (left > 0) {
      this.#refuseWhenClosed();
      const wanted = Math.min(left, PAGE_EVENTS);
      const rows: readonly Row[] = this.#stream.all(stream, next, wanted);
      for (const row of rows) yield stored(row);
      if (rows.length < wanted) return;
      left -= rows.length;
      next += rows.length;
      await setImmediate();
    }
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #rows(after: number, end: number, { streamPrefix = '', types }: Filter): readonly Row[] {
    const sql = FILTERED + (streamPrefix && BY_PREFIX) + (types ? BY_TYPE : '') + IN_ORDER;
    const statement = this.#filtered.get(sql) ?? this.#db.prepare(sql);
    this.#filtered.set(sql, statement);
    if (types) return statement.all(after, end, streamPrefix, JSON.stringify(types)) as Row[];
    return (streamPrefix ? statement.all(after, end, streamPrefix) : statement.all(after, end)) as Row[];
  }

  #refuseWhenClosed(): void {
    if (!this.#db.isOpen) throw new LedgerClosed();
  }
}

function isEmpty({ streamPrefix, types }: Filter): boolean {
  return !streamPrefix && !types;
}

function stored(row: Row): StoredEvent {
  return {
    id: row.id,
    type: row.type,
    data: JSON.parse(row.data),
    metadata: JSON.parse(row.metadata),
    stream: row.stream as StreamName,
    revision: BigInt(row.revision),
    position: toPosition(row.position),
    recordedAt: new Date(row.recordedAtMs).toISOString(),
  };
}
