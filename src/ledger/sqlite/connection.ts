import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { CannotOpenLedger } from '../errors.js';
import { migrate, versionOf } from './schema.js';

/** Other connections hold locks for moments only: a commit, a checkpoint. */
const BUSY_TIMEOUT_MS = 5_000;
const SQLITE_NOTADB = 26;

/**
 * The connection that writes. `synchronous = FULL` syncs the WAL at every commit: what is acknowledged survives a
 * power cut. With NORMAL the last commits would not.
 *
 * @throws CannotOpenLedger
 */
export function openForWriting(path: string): DatabaseSyncInstance {
  return opened(path, false, (db) => {
    versionOf(db, path); // before anything is changed in a file that may not be ours
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    // A larger WAL means fewer checkpoints, each of which stops the appends; and more to replay after a crash.
    db.exec(
      'PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -32768',
    );
    migrate(db, path);
  });
}

/** @throws CannotOpenLedger when the file is missing or is no ledger */
export function openForReading(path: string): DatabaseSyncInstance {
  return opened(path, true, (db) => {
    if (versionOf(db, path) === 0) throw new CannotOpenLedger(path, 'not_a_ledger', 'an empty file');
  });
}

function opened(
  path: string,
  readOnly: boolean,
  prepare: (db: DatabaseSyncInstance) => void,
): DatabaseSyncInstance {
  const db = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT_MS, defensive: true });
  try {
    prepare(db);
    return db;
  } catch (error) {
    db.close();
    if (sqliteCode(error) === SQLITE_NOTADB)
      throw new CannotOpenLedger(path, 'not_a_ledger', 'not a SQLite database');
    throw error;
  }
}

/** SQLite's primary result code of an error it raised. @see https://sqlite.org/rescode.html */
export function sqliteCode(error: unknown): number | undefined {
  // Not `instanceof Error`: in a test's realm, the errors of a native module are of another.
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
