import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { HopledgerError } from '../errors.js';
import { createTables, kindOf, VIEWS_VERSION } from './schema.js';
import type { ViewsLog } from './views-log.js';
import { IN_MEMORY, removeViews } from './views-slots.js';

const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens the file, made when missing, built anew when of another version.
 *
 * `synchronous = NORMAL`: a power cut may take the last commits, which are then read from the ledger once more; OFF
 * would be no faster here (WAL syncs at checkpoints only) and could leave a damaged file behind.
 *
 * @throws HopledgerError CANNOT_OPEN_LEDGER when the file is not one of ours: it is left alone
 */
export const openFile = (path: string, release: string, log: ViewsLog): DatabaseSyncInstance => {
  if (path !== IN_MEMORY) mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, defensive: true });
  try {
    const kind = kindOf(db);
    if (kind === 'foreign') throw notOurs(path, 'is a database of another program');
    if (kind === 'other-version' || kind === 'unfinished') {
      log.info(
        `views: ${path} is not whole or not of version ${VIEWS_VERSION}; it is built anew from the ledger`,
      );
      db.close();
      removeViews(path);
      return openFile(path, release, log);
    }
    if (kind === 'empty') createTables(db, release);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    db.exec('PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY');
    return db;
  } catch (error) {
    if (db.isOpen) db.close();
    if (error instanceof HopledgerError || !isUnreadable(error)) throw error;
    throw notOurs(path, 'is damaged or no database; if it is the views file, delete it: it is built anew');
  }
};

const notOurs = (path: string, what: string): HopledgerError =>
  new HopledgerError('CANNOT_OPEN_LEDGER', `views: ${path} ${what}`, { path });

/** SQLITE_CORRUPT, SQLITE_NOTADB. @see https://sqlite.org/rescode.html */
const isUnreadable = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return false;
  return typeof error.errcode === 'number' && [11, 26].includes(error.errcode & 0xff);
};
