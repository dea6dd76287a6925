import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { CannotOpenLedger } from '../errors.js';

/** Marks the file as a ledger of hopledger: "HLDG". */
export const APPLICATION_ID = 0x484c4447;

/**
 * Each entry takes a file from the version of its index to the next; `user_version` counts those applied. Entries are
 * never changed once released.
 *
 * Positions are given explicitly and without gaps, so a stretch of the log is a range of numbers, and a lost row shows.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE event (
     position INTEGER PRIMARY KEY CHECK (position > 0),
     stream TEXT NOT NULL,
     revision INTEGER NOT NULL CHECK (revision >= 0),
     id TEXT NOT NULL UNIQUE,
     type TEXT NOT NULL,
     data TEXT NOT NULL,
     metadata TEXT NOT NULL,
     recorded_at INTEGER NOT NULL, -- ms since 1970, never decreasing
     UNIQUE (stream, revision)
   ) STRICT;`,
];

/**
 * Brings a file to the newest version, in one transaction. An empty file becomes a ledger.
 *
 * @throws CannotOpenLedger for a file of a later version, or of another program
 */
export function migrate(db: DatabaseSyncInstance, path: string, migrations = MIGRATIONS): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(db, path, migrations.length);
    for (const step of migrations.slice(version)) db.exec(step);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Schema version of the file, 0 when it is empty.
 *
 * @throws CannotOpenLedger for a file of a later version, or of another program
 */
export function versionOf(db: DatabaseSyncInstance, path: string, newest = MIGRATIONS.length): number {
  const { application_id: application } = db.prepare('PRAGMA application_id').get() as {
    application_id: number;
  };
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  const { tables } = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number };
  if (application !== APPLICATION_ID && (application !== 0 || tables > 0))
    throw new CannotOpenLedger(path, 'not_a_ledger', 'a database of another program');
  if (version > newest)
    throw new CannotOpenLedger(
      path,
      'newer_version',
      `has schema version ${version}, this hopledger knows up to ${newest}; run the newer hopledger`,
    );
  return version;
}
