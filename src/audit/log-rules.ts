import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite';
import type { ExportedEvent } from './export-format.js';

/**
 * What holds in every ledger: event ids are unique, and the revisions of a stream run 0, 1, 2 … To know that of a log
 * of any size in bounded memory, what was seen goes into a database without a name, which SQLite keeps in a cache of
 * a few MiB, spills to a temporary file, and removes by itself.
 */
export class LogRules {
  readonly #db: DatabaseSyncInstance;
  readonly #placeOfId: StatementSyncInstance;
  readonly #keepId: StatementSyncInstance;
  readonly #nextRevision: StatementSyncInstance;
  readonly #keepRevision: StatementSyncInstance;

  /** @param places - what the places of events are called */
  constructor(private readonly places: 'line' | 'event') {
    this.#db = new DatabaseSync('');
    this.#db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384');
    this.#db.exec(
      `CREATE TABLE seen (id TEXT PRIMARY KEY, place INTEGER NOT NULL) STRICT, WITHOUT ROWID;
       CREATE TABLE stream (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID;
       BEGIN`,
    );
    this.#placeOfId = this.#db.prepare('SELECT place FROM seen WHERE id = ?');
    this.#keepId = this.#db.prepare('INSERT INTO seen VALUES (?, ?)');
    this.#nextRevision = this.#db.prepare('SELECT next FROM stream WHERE name = ?');
    this.#keepRevision = this.#db.prepare('INSERT OR REPLACE INTO stream VALUES (?, ?)');
  }

  /**
   * Takes an event in.
   *
   * @param place - by which a later event with the same id refers to it: a line, a number
   * @param holesAreKnown - true when events before it are missing, which was said already
   * @returns what it breaks
   */
  add(event: ExportedEvent, place: number, holesAreKnown = false): string[] {
    const broken: string[] = [];
    const { stream, revision, id } = event;
    const earlier = this.#placeOfId.get(id) as { place: number } | undefined;
    if (earlier) broken.push(`has event id ${id}, as ${this.places} ${earlier.place} has`);
    else this.#keepId.run(id, place);

    const known = this.#nextRevision.get(stream) as { next: number } | undefined;
    const next = known?.next ?? 0;
    if (revision < next || (revision > next && !holesAreKnown))
      broken.push(`has revision ${revision} of ${stream}, where ${next} comes next`);
    if (revision >= next) this.#keepRevision.run(stream, revision + 1);
    return broken;
  }

  streams(): number {
    return (this.#db.prepare('SELECT count(*) AS n FROM stream').get() as { n: number }).n;
  }

  close(): void {
    this.#db.close();
  }
}
