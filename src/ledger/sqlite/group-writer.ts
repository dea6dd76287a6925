import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Outcome } from '../outcome.js';
import { placeAppend, type LogIndex } from '../place-append.js';
import type { WriterAppend } from './writer-messages.js';

/**
 * Writes groups of appends, each group in one transaction and so with one sync to disk. Every append is judged before
 * anything of it is inserted, against the log and the appends before it in the group; so a refusal touches no other.
 */
export class GroupWriter {
  readonly #db: DatabaseSyncInstance;
  readonly #insert: (...row: readonly (string | number)[]) => unknown;
  readonly #index: LogIndex;
  #sequence: number;
  #recordedAtMs: number;

  constructor(db: DatabaseSyncInstance) {
    this.#db = db;
    const insert = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#insert = (...row) => insert.run(...row);
    this.#index = indexOf(db);
    const last = db
      .prepare('SELECT position, recorded_at FROM event ORDER BY position DESC LIMIT 1')
      .get() as { position: number; recorded_at: number } | undefined;
    this.#sequence = last?.position ?? 0;
    this.#recordedAtMs = last?.recorded_at ?? 0;
  }

  /**
   * The outcomes, in order; when they are returned, they are durable.
   *
   * @throws what SQLite throws, after a rollback: nothing of the group was written, unless the commit itself failed
   */
  write(group: readonly WriterAppend[]): Outcome[] {
    const before = { sequence: this.#sequence, recordedAtMs: this.#recordedAtMs };
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const outcomes = group.map((append) => this.#write(append));
      this.#db.exec('COMMIT');
      return outcomes;
    } catch (error) {
      this.#sequence = before.sequence;
      this.#recordedAtMs = before.recordedAtMs;
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #write(append: WriterAppend): Outcome {
    const outcome = placeAppend(this.#index, append);
    if (outcome !== 'fresh') return outcome;
    // The wall clock may be set back; the log's time does not follow it.
    this.#recordedAtMs = Math.max(this.#recordedAtMs, append.acceptedAtMs);
    let revision = append.firstRevision - 1;
    for (const { id, type, data, metadata } of append.events) {
      revision += 1;
      this.#sequence += 1;
      this.#insert(this.#sequence, append.stream, revision, id, type, data, metadata, this.#recordedAtMs);
    }
    return { kind: 'appended', revision, sequence: this.#sequence, repeated: false };
  }
}

function indexOf(db: DatabaseSyncInstance): LogIndex {
  const last = db.prepare('SELECT revision FROM event WHERE stream = ? ORDER BY revision DESC LIMIT 1');
  const at = db.prepare('SELECT id, position AS sequence FROM event WHERE stream = ? AND revision = ?');
  const id = db.prepare('SELECT 1 FROM event WHERE id = ?');
  return {
    lastRevision: (stream) => (last.get(stream) as { revision: number } | undefined)?.revision,
    eventAt: (stream, revision) => at.get(stream, revision) as { id: string; sequence: number } | undefined,
    hasId: (wanted) => id.get(wanted) !== undefined,
  };
}
