import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { HopledgerError } from '../../errors.js';

/** Marks the file as hopledger's view of webhooks: "HLWH". */
const APPLICATION_ID = 0x484c5748;
/** Raised whenever the tables change, or the same events come to other rows: the file is then built anew. */
const VERSION = 3;
const BUSY_TIMEOUT_MS = 5_000;

/**
 * `wait_until` of what may be tried at once. The ledger's clock is not asked: it can be ahead of the sender's, and after it was
 * put right by as much as it was wrong.
 */
export const AT_ONCE = 0;

/** Times are milliseconds since 1970, by the ledger's clock, in a copy of one by the writer's, unless something else is said. */
const TABLES = `
  CREATE TABLE checkpoint (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    position TEXT NOT NULL,
    preceding TEXT NOT NULL,          -- a position from which the last event applied is the next of these streams
    event_id TEXT,
    journal_revision INTEGER,         -- of the last event applied of webhook-journal
    endpoints_revision INTEGER        -- of webhook-endpoints
  ) STRICT;

  CREATE TABLE endpoint (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,              -- JSON, as domain/endpoint folds it
    failing_since INTEGER,            -- sender's clock: of the first failure after the last success
    failed_at INTEGER                 -- of the last one
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE message (
    seq INTEGER PRIMARY KEY,          -- the order in which messages were issued
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    vm TEXT,
    position TEXT NOT NULL,           -- as the message says it
    place TEXT NOT NULL,              -- by which replays find it: see places.ts
    time TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    facts TEXT NOT NULL,              -- JSON: hosts, behaviours, labels
    body TEXT NOT NULL                -- as it is signed and sent
  ) STRICT;
  CREATE INDEX message_by_place ON message (place);
  CREATE INDEX message_by_vm ON message (vm, seq);
  CREATE INDEX message_by_issue ON message (issued_at, seq);

  CREATE TABLE delivery (
    endpoint TEXT NOT NULL,
    seq INTEGER NOT NULL,             -- of the message
    lane TEXT NOT NULL,               -- deliveries of one lane go out one after the other: a VM's UUID
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead', 'dropped')),
    head INTEGER NOT NULL,            -- 1: the first of its lane that waits
    wait_until INTEGER NOT NULL,      -- sender's clock: not to be tried before; 0: at once
    attempts INTEGER NOT NULL,        -- made in all
    round INTEGER NOT NULL,           -- how many of them were made before it was last put again
    status INTEGER,                   -- of the last answer
    error TEXT,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (endpoint, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX delivery_lane ON delivery (endpoint, lane, seq) WHERE state = 'waiting';
  CREATE INDEX delivery_head ON delivery (endpoint, lane) WHERE head = 1;
  CREATE INDEX delivery_due ON delivery (endpoint, wait_until, seq) WHERE head = 1;
  CREATE INDEX delivery_of_state ON delivery (state, seq);
  CREATE INDEX delivery_by_state ON delivery (endpoint, state, seq);
  CREATE INDEX delivery_by_message ON delivery (seq);

  CREATE TABLE attempt (
    endpoint TEXT NOT NULL,
    seq INTEGER NOT NULL,
    number INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER,
    error TEXT,
    at TEXT NOT NULL,                 -- ISO 8601, sender's clock
    ms INTEGER NOT NULL,
    PRIMARY KEY (endpoint, seq, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE replay (
    event_id TEXT PRIMARY KEY,
    put INTEGER NOT NULL,             -- deliveries that it put again
    next_from TEXT,                   -- position of the first message that it left out
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

const EMPTIED = ['endpoint', 'message', 'delivery', 'attempt', 'replay'];

/**
 * Opens the file, made when missing, built anew when of another version.
 * `synchronous = NORMAL`: what a power cut takes is read from the ledger once more.
 * @throws HopledgerError CANNOT_OPEN_LEDGER when the file is of another program or damaged: it is left alone
 */
export const openWebhookFile = (path: string): DatabaseSyncInstance => {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, defensive: true });
  try {
    const application = pragma(db, 'application_id');
    const version = pragma(db, 'user_version');
    const { tables } = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number };
    const isEmpty = application === 0 && version === 0 && tables === 0;
    if (!isEmpty && application !== APPLICATION_ID) throw notOurs(path, 'is a database of another program');
    if (!isEmpty && version !== VERSION) {
      db.close();
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
      return openWebhookFile(path);
    }
    if (isEmpty) createTables(db);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864');
    return db;
  } catch (error) {
    if (db.isOpen) db.close();
    if (error instanceof HopledgerError || !isUnreadable(error)) throw error;
    throw notOurs(path, 'is damaged or no database; it can be deleted: it is built anew');
  }
};

/** Back to the start: the ledger is another one. */
export const emptyTables = (db: DatabaseSyncInstance): void => {
  for (const table of EMPTIED) db.exec(`DELETE FROM ${table}`);
  db.exec(`UPDATE checkpoint SET position = '', preceding = '', event_id = NULL,
    journal_revision = NULL, endpoints_revision = NULL`);
};

const createTables = (db: DatabaseSyncInstance): void => {
  db.exec(`BEGIN IMMEDIATE; ${TABLES}
    INSERT INTO checkpoint VALUES (1, '', '', NULL, NULL, NULL);
    PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${VERSION}; COMMIT`);
};

const pragma = (db: DatabaseSyncInstance, name: 'application_id' | 'user_version'): number =>
  (db.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[name] ?? 0;

const notOurs = (path: string, what: string): HopledgerError =>
  new HopledgerError('CANNOT_OPEN_LEDGER', `webhooks: ${path} ${what}`, { path });

/** SQLITE_CORRUPT, SQLITE_NOTADB. @see https://sqlite.org/rescode.html */
const isUnreadable = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return false;
  return typeof error.errcode === 'number' && [11, 26].includes(error.errcode & 0xff);
};
