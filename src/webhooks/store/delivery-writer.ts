import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import type { Endpoint, Endpoints } from '../../domain/endpoint/endpoint.js';
import type { ReplaySelection } from '../../domain/endpoint/events.js';
import { filterMatches, type MessageFacts } from '../../domain/endpoint/filter.js';
import type { Settled } from '../journal-events.js';
import type { Message } from '../message.js';
import { Places, positionAt } from './places.js';
import { AT_ONCE } from './tables.js';

const GONE = 'the endpoint answered 410 Gone';

/** Messages that one event forgets: what is left goes with the next. */
const MOST_FORGOTTEN = 1_000;

/** Failures further apart are not one period of failing. Longer than the longest wait between two attempts. */
const LONGEST_SILENCE_MS = 36 * 60 * 60 * 1000;

/** Messages that one replay puts again. */
export const MOST_REPLAYED = 10_000;

interface Replay {
  readonly selection: ReplaySelection;
  readonly deadOnly: boolean;
}
export interface Replayed {
  readonly put: number;
  /** Position of the first message that it left out; null: it took all. */
  readonly nextFrom: string | null;
}

interface StoredFacts {
  readonly place: string;
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly vm: string | null;
  readonly facts: string;
}

interface Selected {
  readonly messages: readonly StoredFacts[];
  readonly nextFrom: string | null;
}

interface StoredDelivery {
  readonly type: string;
  readonly seq: number;
  readonly lane: string;
  readonly state: string;
  readonly attempts: number;
}

/** Writes messages, deliveries and attempts, within the caller's transaction. Times are milliseconds since 1970. */
export class DeliveryWriter {
  readonly #prepare: (sql: string) => StatementSyncInstance;
  readonly #places: Places;

  constructor(db: DatabaseSyncInstance) {
    this.#places = new Places(db);
    const prepared = new Map<string, StatementSyncInstance>();
    this.#prepare = (sql) => {
      const known = prepared.get(sql) ?? db.prepare(sql);
      prepared.set(sql, known);
      return known;
    };
  }

  /** A message, and a delivery to each endpoint whose filter takes it. One that is there already changes nothing. */
  issue(message: Message, endpoints: Endpoints, at: number): void {
    this.#places.next(message.position);
    const seq = this.#addMessage(message, at);
    if (seq === null) return;
    for (const endpoint of endpoints.values())
      if (filterMatches(endpoint.filter, message)) this.#addDelivery(endpoint, seq, laneOf(message), at);
  }

  /** A message for one endpoint alone, whatever its filter. It waits for no other. */
  issueTest(message: Message, endpoint: Endpoint | undefined, at: number): void {
    const seq = this.#addMessage(message, at);
    if (seq !== null && endpoint !== undefined) this.#addDelivery(endpoint, seq, message.id, at);
  }

  /** @returns the delivery that it was about; null when there is none (any more) */
  settle(settled: Settled): { readonly endpoint: string; readonly seq: number } | null {
    const { endpoint, message, attempt, outcome, status, error } = settled;
    const at = Date.parse(settled.at);
    const delivery = this.#prepare(
      `SELECT d.seq, d.lane, d.state, d.attempts, m.type FROM message m
       JOIN delivery d ON d.seq = m.seq AND d.endpoint = ?1 WHERE m.id = ?2`,
    ).get(endpoint, message) as StoredDelivery | undefined;
    if (delivery === undefined) return null;
    const { seq, lane, state, attempts, type } = delivery;
    if (attempt > 0) {
      this.#prepare(
        `INSERT INTO attempt (endpoint, seq, number, outcome, status, error, at, ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      ).run(endpoint, seq, attempt, outcome, status, error, settled.at, settled.ms);
      if (outcome === 'delivered') this.#forgetFailing(endpoint);
      else if (type !== 'endpoint.test') this.#countFailing(endpoint, at);
    }
    // It may have been given up while the attempt was under way; only success is then still news.
    const isOpen = state === 'waiting' || outcome === 'delivered';
    const after = isOpen ? (outcome === 'failed' ? 'waiting' : outcome) : state;
    const waitUntil = settled.nextAt === null ? at : Date.parse(settled.nextAt);
    this.#prepare(
      `UPDATE delivery SET state = ?, head = iif(? = 'waiting', head, 0), wait_until = ?, attempts = ?,
         status = ?, error = ?, changed_at = ? WHERE endpoint = ? AND seq = ?`,
    ).run(after, after, waitUntil, Math.max(attempts, attempt), status, error, at, endpoint, seq);
    if (after !== 'waiting') this.#settleHead(endpoint, lane);
    return { endpoint, seq };
  }

  /** What waits for its next attempt need not wait any more. */
  retryNow(endpoint: string): void {
    this.#prepare(
      `UPDATE delivery SET wait_until = ${AT_ONCE} WHERE endpoint = ? AND state = 'waiting' AND wait_until <> ${AT_ONCE}`,
    ).run(endpoint);
  }

  /** Nothing of what waits for this endpoint will be sent. */
  giveUp(endpoint: string, state: 'dead' | 'dropped', at: number): void {
    this.#prepare(
      `UPDATE delivery SET state = ?, head = 0, error = ?, changed_at = ?
       WHERE endpoint = ? AND state = 'waiting'`,
    ).run(state, state === 'dead' ? GONE : 'the endpoint was removed', at, endpoint);
  }

  /**
   * Puts deliveries again; without `deadOnly` also those of messages that the endpoint would get today and never did.
   * Of a range no more than `MOST_REPLAYED` messages, from its beginning: while they are put nothing else runs.
   */
  replay(endpoint: Endpoint, { selection, deadOnly }: Replay, at: number): Replayed {
    const lanes = new Set<string>();
    let put = 0;
    const { messages, nextFrom } = this.#selected(endpoint.id, selection, deadOnly);
    for (const message of messages) {
      const { seq } = message;
      const known = this.#prepare('SELECT lane, state FROM delivery WHERE endpoint = ? AND seq = ?').get(
        endpoint.id,
        seq,
      ) as { lane: string; state: string } | undefined;
      if (known === undefined) {
        if (deadOnly || message.type === 'endpoint.test' || !filterMatches(endpoint.filter, factsOf(message)))
          continue;
        this.#insertDelivery(endpoint.id, seq, laneOf(message), 'waiting', null, at);
        lanes.add(laneOf(message));
      } else {
        if (deadOnly && known.state !== 'dead') continue;
        this.#prepare(
          `UPDATE delivery SET state = 'waiting', wait_until = ${AT_ONCE}, round = attempts, changed_at = ?
           WHERE endpoint = ? AND seq = ?`,
        ).run(at, endpoint.id, seq);
        lanes.add(known.lane);
      }
      put += 1;
    }
    for (const lane of lanes) this.#settleHead(endpoint.id, lane);
    return { put, nextFrom };
  }

  /** Forgets messages issued before, with their deliveries, whatever became of them. */
  forget(before: number): void {
    this.#prepare('DELETE FROM replay WHERE at < ?').run(before);
    const old: readonly { seq: number }[] = this.#prepare(
      `SELECT seq FROM message WHERE issued_at < ? ORDER BY issued_at, seq LIMIT ${MOST_FORGOTTEN}`,
    ).all(before);
    for (const { seq } of old) {
      const heads: readonly { endpoint: string; lane: string }[] = this.#prepare(
        'SELECT endpoint, lane FROM delivery WHERE seq = ? AND head = 1',
      ).all(seq);
      this.#prepare(
        `DELETE FROM attempt WHERE seq = ?1 AND endpoint IN (SELECT endpoint FROM delivery WHERE seq = ?1)`,
      ).run(seq);
      this.#prepare('DELETE FROM delivery WHERE seq = ?').run(seq);
      this.#prepare('DELETE FROM message WHERE seq = ?').run(seq);
      for (const { endpoint, lane } of heads) this.#settleHead(endpoint, lane);
    }
  }

  #addMessage(message: Message, at: number): number | null {
    const { id, type, vm, position, time, hosts, behaviours, labels, body } = message;
    const { changes, lastInsertRowid } = this.#prepare(
      `INSERT INTO message (id, type, vm, position, place, time, issued_at, facts, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    ).run(
      id,
      type,
      vm,
      position,
      position,
      time,
      at,
      JSON.stringify({ hosts, behaviours, labels }),
      JSON.stringify(body),
    );
    return changes === 1 ? Number(lastInsertRowid) : null;
  }

  #addDelivery(endpoint: Endpoint, seq: number, lane: string, at: number): void {
    const isGone = endpoint.paused?.reason === 'gone';
    this.#insertDelivery(endpoint.id, seq, lane, isGone ? 'dead' : 'waiting', isGone ? GONE : null, at);
    if (!isGone) this.#settleHead(endpoint.id, lane);
  }

  #insertDelivery(
    endpoint: string,
    seq: number,
    lane: string,
    state: 'waiting' | 'dead',
    error: string | null,
    at: number,
  ): void {
    this.#prepare(
      `INSERT INTO delivery (endpoint, seq, lane, state, head, wait_until, attempts, round, status, error, changed_at)
       VALUES (?, ?, ?, ?, 0, ${AT_ONCE}, 0, 0, NULL, ?, ?)`,
    ).run(endpoint, seq, lane, state, error, at);
  }

  /** The first of a lane that waits is its head, and no other. */
  #settleHead(endpoint: string, lane: string): void {
    const first = this.#prepare(
      `SELECT seq, head FROM delivery WHERE endpoint = ? AND lane = ? AND state = 'waiting'
       ORDER BY seq LIMIT 1`,
    ).get(endpoint, lane) as { seq: number; head: number } | undefined;
    if (first === undefined || first.head === 1) return;
    // A replay may have put one before the head.
    const former = this.#prepare('SELECT seq FROM delivery WHERE endpoint = ? AND lane = ? AND head = 1').get(
      endpoint,
      lane,
    ) as { seq: number } | undefined;
    const mark = this.#prepare('UPDATE delivery SET head = ? WHERE endpoint = ? AND seq = ?');
    if (former !== undefined) mark.run(0, endpoint, former.seq);
    mark.run(1, endpoint, first.seq);
  }

  /** Between two failures far apart nothing says how the endpoint did: the count begins anew. */
  #countFailing(endpoint: string, at: number): void {
    this.#prepare(
      `UPDATE endpoint SET failed_at = ?1,
         failing_since = iif(failed_at IS NULL OR ?1 - failed_at > ${LONGEST_SILENCE_MS}, ?1, failing_since)
       WHERE id = ?2`,
    ).run(at, endpoint);
  }

  #forgetFailing(endpoint: string): void {
    this.#prepare('UPDATE endpoint SET failing_since = NULL, failed_at = NULL WHERE id = ?').run(endpoint);
  }

  #selected(endpoint: string, selection: ReplaySelection, deadOnly: boolean): Selected {
    const columns = 'seq, id, type, vm, facts, place';
    if ('messages' in selection) {
      const messages: readonly StoredFacts[] = this.#prepare(
        `SELECT ${columns} FROM message WHERE id IN (SELECT value FROM json_each(?)) ORDER BY seq`,
      ).all(JSON.stringify(selection.messages));
      return { messages, nextFrom: null };
    }
    this.#places.asked(selection.from ?? selection.to ?? '');
    const dead = `AND EXISTS (SELECT 1 FROM delivery d
      WHERE d.endpoint = ?4 AND d.seq = message.seq AND d.state = 'dead')`;
    const found: readonly StoredFacts[] = this.#prepare(
      `SELECT ${columns} FROM message WHERE place >= ?1 AND (?2 IS NULL OR place <= ?2)
       ${deadOnly ? dead : ''} ORDER BY place, seq LIMIT ?3`,
    ).all(selection.from ?? '', selection.to, MOST_REPLAYED + 1, ...(deadOnly ? [endpoint] : []));
    return firstOf(found);
  }
}

/** What one replay takes: whole positions, as long as one does not hold more than all. */
const firstOf = (found: readonly StoredFacts[]): Selected => {
  const next = found[MOST_REPLAYED];
  if (next === undefined) return { messages: found, nextFrom: null };
  const whole = found.filter(({ place }) => place < next.place);
  return { messages: whole.length > 0 ? whole : found, nextFrom: positionAt(next.place) };
};

/** Messages about no VM go in the order of their kind. */
const laneOf = ({ vm, type }: Pick<MessageFacts, 'vm' | 'type'>): string => vm ?? type;

const factsOf = ({ type, vm, facts }: StoredFacts): MessageFacts => ({
  type,
  vm,
  // Written above.
  ...(JSON.parse(facts) as Pick<MessageFacts, 'hosts' | 'behaviours' | 'labels'>),
});
