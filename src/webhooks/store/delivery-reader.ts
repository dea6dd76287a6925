import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import type { Settled } from '../journal-events.js';
import type { MessageType } from '../message.js';
import { AT_ONCE } from './tables.js';

export type DeliveryState = 'waiting' | 'delivered' | 'dead' | 'dropped';

/** A delivery that is to be tried. Times are milliseconds since 1970. */
export interface DueDelivery {
  readonly endpoint: string;
  readonly message: string;
  readonly type: MessageType;
  readonly lane: string;
  /** Made so far, in all and since it was last put again. */
  readonly attempts: number;
  readonly attemptsOfRound: number;
  readonly waitUntil: number;
}

/** A delivery as the log shows it. */
export interface DeliveryRow {
  readonly endpoint: string;
  /** Of the message; with the endpoint it names the delivery. */
  readonly seq: number;
  readonly message: MessageRow;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** When it is tried next, at the earliest; null when it is not, or waits for one before it. */
  readonly nextAt: number | null;
  readonly status: number | null;
  readonly error: string | null;
  readonly changedAt: number;
}

export interface MessageRow {
  readonly id: string;
  readonly type: MessageType;
  readonly vm: string | null;
  readonly position: string;
  readonly time: string;
  readonly issuedAt: number;
}

export type AttemptRow = Pick<Settled, 'outcome' | 'status' | 'error' | 'at' | 'ms'> & {
  readonly number: number;
};

export interface ReplayedRow {
  readonly count: number;
  /** Position of the first message that it left out; null: it took all. */
  readonly nextFrom: string | null;
}

/** All that are given must hold. */
export interface DeliveryFilter {
  readonly endpoint?: string;
  readonly state?: DeliveryState;
  readonly message?: string;
  readonly vm?: string;
}

export interface EndpointCounts {
  readonly waiting: number;
  readonly delivered: number;
  readonly dead: number;
}

const MESSAGE_COLUMNS = 'm.id, m.type, m.vm, m.position, m.time, m.issued_at AS issuedAt';
/** Of one delivery so many are shown, the latest. */
const ATTEMPTS_SHOWN = 50;

/** What the store answers; synchronous. */
export class DeliveryReader {
  readonly #db: DatabaseSyncInstance;
  readonly #due: StatementSyncInstance;
  readonly #nextDue: StatementSyncInstance;
  readonly #failingSince: StatementSyncInstance;
  readonly #attempts: StatementSyncInstance;

  constructor(db: DatabaseSyncInstance) {
    this.#db = db;
    this.#due = db.prepare(
      `SELECT d.endpoint, m.id AS message, m.type, d.lane, d.attempts,
         d.attempts - d.round AS attemptsOfRound, d.wait_until AS waitUntil
       FROM delivery d JOIN message m ON m.seq = d.seq
       WHERE d.endpoint = ? AND d.head = 1 AND d.wait_until > ? AND d.wait_until <= ?
       ORDER BY d.wait_until, d.seq LIMIT ?`,
    );
    this.#nextDue = db.prepare(
      'SELECT min(wait_until) AS at FROM delivery WHERE endpoint = ? AND head = 1 AND wait_until > ?',
    );
    this.#failingSince = db.prepare('SELECT failing_since AS at FROM endpoint WHERE id = ?');
    this.#attempts = db.prepare(
      `SELECT number, outcome, status, error, at, ms FROM attempt WHERE endpoint = ? AND seq = ?
       ORDER BY number DESC LIMIT ${ATTEMPTS_SHOWN}`,
    );
  }

  /** The first of each lane, when it is due; those to be tried again first, the longest due of them before the others. */
  due(endpoint: string, now: number, most: number): readonly DueDelivery[] {
    const again: readonly DueDelivery[] = this.#due.all(endpoint, AT_ONCE, now, most);
    const fresh: readonly DueDelivery[] = this.#due.all(endpoint, AT_ONCE - 1, AT_ONCE, most - again.length);
    return [...again, ...fresh];
  }

  /** When the next one of those that are not due yet is; null: none waits. */
  nextDueAfter(endpoint: string, now: number): number | null {
    return (this.#nextDue.get(endpoint, now) as { at: number | null }).at;
  }

  failingSince(endpoint: string): number | null {
    return (this.#failingSince.get(endpoint) as { at: number | null } | undefined)?.at ?? null;
  }

  /** What is due at endpoints that are not paused, and since when the longest of it. */
  backlog(
    endpoints: readonly string[],
    now: number,
  ): { readonly due: number; readonly oldest: number | null } {
    return this.#db
      .prepare(
        `SELECT count(*) AS due, min(max(wait_until, changed_at)) AS oldest FROM delivery
         WHERE endpoint IN (SELECT value FROM json_each(?)) AND head = 1 AND wait_until <= ?`,
      )
      .get(JSON.stringify(endpoints), now) as { due: number; oldest: number | null };
  }

  counts(endpoint: string): EndpointCounts {
    const rows: readonly { state: DeliveryState; count: number }[] = this.#db
      .prepare('SELECT state, count(*) AS count FROM delivery WHERE endpoint = ? GROUP BY state')
      .all(endpoint);
    const of = (state: DeliveryState): number => rows.find((row) => row.state === state)?.count ?? 0;
    return { waiting: of('waiting'), delivered: of('delivered'), dead: of('dead') };
  }

  /** Newest messages first. @param after the last of the page before */
  deliveries(
    { endpoint, state, message, vm }: DeliveryFilter,
    first: number,
    after: { readonly seq: number; readonly endpoint: string } | null,
  ): { readonly rows: readonly DeliveryRow[]; readonly hasNext: boolean } {
    const conditions = [
      [endpoint, 'd.endpoint = ?'],
      [state, 'd.state = ?'],
      [message, 'm.id = ?'],
      [vm, 'm.vm = ?'],
    ].flatMap(([value, sql]) => (value === undefined || sql === undefined ? [] : [{ value, sql }]));
    const where = conditions.map(({ sql }) => ` AND ${sql}`).join('');
    const { seq, endpoint: last } = after ?? { seq: Number.MAX_SAFE_INTEGER, endpoint: '' };
    const { tables, order } = accessOf({ endpoint, state, message, vm });
    const found: readonly FlatRow[] = this.#db
      .prepare(
        `SELECT d.endpoint, d.seq, ${MESSAGE_COLUMNS}, d.state, d.attempts, d.status, d.error,
           iif(d.head = 1, max(d.wait_until, d.changed_at), NULL) AS nextAt, d.changed_at AS changedAt
         FROM ${tables}
         WHERE ${order} <= ? AND (${order} < ? OR d.endpoint > ?)${where}
         ORDER BY ${order} DESC, d.endpoint LIMIT ?`,
      )
      .all(seq, seq, last, ...conditions.map(({ value }) => value), first + 1);
    return { rows: found.slice(0, first).map(rowOf), hasNext: found.length > first };
  }

  /** The latest, oldest first. */
  attempts(endpoint: string, seq: number): readonly AttemptRow[] {
    const rows: readonly AttemptRow[] = this.#attempts.all(endpoint, seq);
    return rows.toReversed();
  }

  /** A message with its body; null when there is none, or no longer. */
  message(id: string): (MessageRow & { readonly body: string }) | null {
    const sql = `SELECT ${MESSAGE_COLUMNS}, m.body FROM message m WHERE m.id = ?`;
    const row = this.#db.prepare(sql).get(id) as (MessageRow & { readonly body: string }) | undefined;
    return row ?? null;
  }

  /** How many deliveries a replay put again, and where it ended early; null when it is not known (yet). */
  replayed(eventId: string): ReplayedRow | null {
    const sql = 'SELECT put AS count, next_from AS nextFrom FROM replay WHERE event_id = ?';
    return (this.#db.prepare(sql).get(eventId) as ReplayedRow | undefined) ?? null;
  }
}

type Given = { readonly [K in keyof Required<DeliveryFilter>]: DeliveryFilter[K] | undefined };

/**
 * Where to begin to look, which SQLite would choose without knowing how many rows there are of what: few messages are
 * about one VM, many deliveries are in one state. It takes the tables of a CROSS JOIN in their order.
 */
const accessOf = ({
  endpoint,
  state,
  message,
  vm,
}: Given): { readonly tables: string; readonly order: string } => {
  if (vm !== undefined || message !== undefined)
    return { tables: 'message m CROSS JOIN delivery d ON d.seq = m.seq', order: 'm.seq' };
  const index = endpoint === undefined || state === undefined ? '' : 'INDEXED BY delivery_by_state';
  return { tables: `delivery d ${index} JOIN message m ON m.seq = d.seq`, order: 'd.seq' };
};

type FlatRow = Omit<DeliveryRow, 'message'> & MessageRow;

const rowOf = ({ id, type, vm, position, time, issuedAt, ...delivery }: FlatRow): DeliveryRow => ({
  ...delivery,
  message: { id, type, vm, position, time, issuedAt },
});
