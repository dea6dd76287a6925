import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { inflateRawSync } from 'node:zlib';
import { unpackState, type GuestState } from '../domain/shape/guest-state.js';

/** Guests in one state. */
export interface StateCount {
  readonly state: number;
  readonly count: number;
}

/** A running guest with its state; null: not known yet. */
export interface GuestOnHost {
  readonly uuid: string;
  readonly state: number | null;
}

/** A saved state as a list shows it. */
export interface SavedStateRow {
  readonly uuid: string;
  readonly name: string | null;
  readonly id: string;
  readonly savedAt: string;
  readonly host: string;
}

/** The place of a VM, or of one of its saved states, in a list by states. */
export interface Place {
  readonly history: number;
  readonly uuid: string;
  /** Of a saved state among those of its VM; -1 for a VM. */
  readonly ordinal: number;
}
export const BEFORE_ALL: Place = { history: 0, uuid: '', ordinal: -1 };

/** An entry with its place, from which the list is read on. */
export interface Placed<T> {
  readonly place: Place;
  readonly row: T;
}

interface SavedRow extends SavedStateRow {
  readonly ordinal: number;
}

/** Guests by the states that they share. */
export type Shapes = Pick<ShapeReader, keyof ShapeReader>;

/** Reads guests by the states that they share. Hosts: of running guests the host, of saved ones where they were saved. */
export class ShapeReader {
  readonly #state: StatementSyncInstance;
  readonly #running: StatementSyncInstance;
  readonly #runningOn: StatementSyncInstance;
  readonly #saved: StatementSyncInstance;
  readonly #savedOn: StatementSyncInstance;
  readonly #elsewhere: StatementSyncInstance;
  readonly #histories: StatementSyncInstance;
  readonly #uuids: StatementSyncInstance;
  readonly #uuidsOn: StatementSyncInstance;
  readonly #savedHistories: StatementSyncInstance;
  readonly #savedOf: StatementSyncInstance;
  readonly #onHost: StatementSyncInstance;
  readonly #statesWith: StatementSyncInstance;

  constructor(db: DatabaseSyncInstance) {
    this.#state = db.prepare('SELECT state FROM state_shape WHERE id = ?');
    this.#running = db.prepare(
      `SELECT state_shape AS state, sum(vms) AS count
       FROM (SELECT history_shape, count(*) AS vms FROM vm GROUP BY history_shape)
       JOIN history_shape ON id = history_shape WHERE state_shape IS NOT NULL GROUP BY 1`,
    );
    this.#runningOn = db.prepare(
      `SELECT state_shape AS state, sum(vms) AS count
       FROM (SELECT history_shape, count(*) AS vms FROM vm
             WHERE host IN (SELECT value FROM json_each(?)) GROUP BY history_shape)
       JOIN history_shape ON id = history_shape WHERE state_shape IS NOT NULL GROUP BY 1`,
    );
    this.#saved = db.prepare(
      `SELECT state_shape AS state, sum(vms) AS count
       FROM saved_shape
       JOIN (SELECT history_shape, count(*) AS vms FROM vm GROUP BY history_shape) USING (history_shape) GROUP BY 1`,
    );
    this.#savedOn = db.prepare(
      `SELECT state_shape AS state, count(*) AS count FROM saved_state s JOIN vm USING (uuid)
       JOIN saved_shape USING (history_shape, ordinal)
       WHERE s.host IN (SELECT value FROM json_each(?)) GROUP BY 1`,
    );
    this.#elsewhere = db.prepare(
      `SELECT sum(vms) AS vms FROM (SELECT history_shape, count(*) AS vms FROM vm GROUP BY history_shape)
       LEFT JOIN history_shape ON id = history_shape WHERE id IS NULL OR state = 'unknown'`,
    );
    this.#histories = db.prepare(
      `SELECT id FROM history_shape WHERE id >= ? AND state_shape IN (SELECT value FROM json_each(?)) ORDER BY id`,
    );
    this.#uuids = db.prepare(
      'SELECT uuid FROM vm WHERE history_shape = ? AND uuid > ? ORDER BY uuid LIMIT ?',
    );
    this.#uuidsOn = db.prepare(
      `SELECT uuid FROM vm WHERE history_shape = ? AND uuid > ? AND host IN (SELECT value FROM json_each(?))
       ORDER BY uuid LIMIT ?`,
    );
    this.#savedHistories = db.prepare(
      `SELECT history_shape AS history, json_group_array(ordinal) AS ordinals FROM saved_shape
       WHERE history_shape >= ? AND state_shape IN (SELECT value FROM json_each(?))
       GROUP BY history_shape ORDER BY history_shape`,
    );
    this.#savedOf = db.prepare(
      `SELECT s.uuid, s.ordinal, s.id, s.saved_at AS savedAt, s.host, vm.name FROM vm CROSS JOIN saved_state s USING (uuid)
       WHERE vm.history_shape = ?1 AND vm.uuid >= ?2 AND (s.uuid, s.ordinal) > (?2, ?3)
       AND s.ordinal IN (SELECT value FROM json_each(?4))
       AND (?5 IS NULL OR s.host IN (SELECT value FROM json_each(?5))) ORDER BY s.uuid, s.ordinal LIMIT ?6`,
    );
    this.#onHost = db.prepare(
      `SELECT uuid, state_shape AS state FROM vm LEFT JOIN history_shape ON id = history_shape
       WHERE host = ? AND uuid > ? ORDER BY uuid LIMIT ?`,
    );
    this.#statesWith = db.prepare(
      'SELECT state_shape AS state FROM state_behaviour WHERE behaviour = ? AND status = ?',
    );
  }

  /** A state by its number; null when no guest is in it any more. */
  state(id: number): GuestState | null {
    const row = this.#state.get(id) as { state: Uint8Array } | undefined;
    return row === undefined ? null : unpackState(inflateRawSync(row.state).toString());
  }

  /** Running guests by state; on these hosts, or on all. */
  running(hosts: readonly string[] | null): readonly StateCount[] {
    const rows: readonly StateCount[] =
      hosts === null ? this.#running.all() : this.#runningOn.all(JSON.stringify(hosts));
    return rows;
  }

  /** Saved states by state. */
  saved(hosts: readonly string[] | null): readonly StateCount[] {
    const rows: readonly StateCount[] =
      hosts === null ? this.#saved.all() : this.#savedOn.all(JSON.stringify(hosts));
    return rows;
  }

  /** VMs of which nobody says whether and where they run. */
  whereabouts(): number {
    return (this.#elsewhere.get() as { vms: number | null }).vms ?? 0;
  }

  /** Running guests in any of the states, in an order that pages can follow. */
  vmsIn(
    states: readonly number[],
    hosts: readonly string[] | null,
    after: Place,
    first: number,
  ): readonly Placed<string>[] {
    const found: Placed<string>[] = [];
    const histories: readonly { id: number }[] = this.#histories.all(after.history, JSON.stringify(states));
    for (const { id } of histories) {
      if (found.length >= first) break;
      const from = id === after.history ? after.uuid : '';
      const limit = first - found.length;
      const rows: readonly { uuid: string }[] =
        hosts === null
          ? this.#uuids.all(id, from, limit)
          : this.#uuidsOn.all(id, from, JSON.stringify(hosts), limit);
      found.push(...rows.map(({ uuid }) => ({ place: { history: id, uuid, ordinal: -1 }, row: uuid })));
    }
    return found;
  }

  /** Saved states in any of the states. */
  savedIn(
    states: readonly number[],
    hosts: readonly string[] | null,
    after: Place,
    first: number,
  ): readonly Placed<SavedStateRow>[] {
    const found: Placed<SavedStateRow>[] = [];
    const on = hosts === null ? null : JSON.stringify(hosts);
    const histories: readonly { history: number; ordinals: string }[] = this.#savedHistories.all(
      after.history,
      JSON.stringify(states),
    );
    for (const { history, ordinals } of histories) {
      if (found.length >= first) break;
      const { uuid, ordinal } = history === after.history ? after : BEFORE_ALL;
      const rows: readonly SavedRow[] = this.#savedOf.all(
        history,
        uuid,
        ordinal,
        ordinals,
        on,
        first - found.length,
      );
      for (const { ordinal: at, ...row } of rows)
        found.push({ place: { history, uuid: row.uuid, ordinal: at }, row });
    }
    return found;
  }

  /** Running guests of a host in the order of their UUIDs; a state of null is not known. */
  onHost(host: string, after: string, first: number): readonly GuestOnHost[] {
    const rows: readonly GuestOnHost[] = this.#onHost.all(host, after, first);
    return rows;
  }

  /** States that carry a behaviour off its reference, or of which that cannot be told. */
  statesWith(behaviour: string, status: 'taint' | 'unknown'): readonly number[] {
    const rows: readonly { state: number }[] = this.#statesWith.all(behaviour, status);
    return rows.map(({ state }) => state);
  }
}
