import type { DatabaseSyncInstance } from '@photostructure/sqlite';

/** Marks the file as views of hopledger: "HLVW". Nothing else is ever dropped or deleted. */
export const APPLICATION_ID = 0x484c5657;

/** Marks a file that is being built beside the one that serves: "HLVN". It is of no use after a crash. */
const UNFINISHED_ID = 0x484c564e;

/**
 * Shapes of different files have different numbers, so that what is kept by a number (answers, cursors) is never taken
 * for another's when the files are switched: each file numbers from a multiple of this.
 */
const NUMBERS_OF_A_FILE = 2 ** 32;

/**
 * Raised whenever the tables change, or the fold says something else of the same events: a file of another version is
 * deleted and built anew from the ledger. There are no migrations on purpose.
 */
export const VIEWS_VERSION = 2;

/** Filters come with paging by UUID, so each index ends in it: a page is read in order, without sorting. */
const TABLES = `
  CREATE TABLE checkpoint (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    position TEXT NOT NULL,           -- up to here the ledger is in the views; '' before the first event
    preceding TEXT NOT NULL,          -- a position from which the last event folded is the next one
    event_id TEXT,                    -- that event: tells whether this is still the ledger that was read
    release TEXT NOT NULL             -- of the program that derives; of what catalogue, each shape says
  ) STRICT;

  CREATE TABLE vm (
    uuid TEXT PRIMARY KEY,
    name TEXT,
    folded_name TEXT,                 -- in lower case: SQLite itself folds ASCII only
    state TEXT NOT NULL,
    host TEXT,
    build TEXT,
    machine_type TEXT,
    tainted INTEGER NOT NULL,
    taints TEXT NOT NULL,             -- JSON, as in vm_behaviour
    unknowns TEXT NOT NULL,
    leftovers INTEGER NOT NULL,
    last_seen_at TEXT,
    history_shape INTEGER,            -- null: to be derived at the next start, whatever the catalogue
    position TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX vm_by_history_shape ON vm (history_shape, uuid);
  CREATE INDEX vm_by_state ON vm (state, uuid);
  CREATE INDEX vm_by_host ON vm (host, uuid);
  CREATE INDEX vm_by_build ON vm (build, uuid);
  CREATE INDEX vm_by_machine_type ON vm (machine_type, uuid);
  CREATE INDEX vm_by_tainted ON vm (tainted, uuid);
  CREATE INDEX vm_perhaps_tainted ON vm (uuid) WHERE tainted = 0 AND unknowns <> '[]';

  CREATE TABLE vm_behaviour (
    behaviour TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('taint', 'unknown')),
    uuid TEXT NOT NULL,
    PRIMARY KEY (behaviour, status, uuid)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX vm_behaviour_by_vm ON vm_behaviour (uuid);

  CREATE TABLE vm_host (
    host TEXT NOT NULL,
    uuid TEXT NOT NULL,
    PRIMARY KEY (host, uuid)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX vm_host_by_vm ON vm_host (uuid);

  CREATE TABLE domain_name (
    host TEXT NOT NULL,
    name TEXT NOT NULL,
    uuid TEXT NOT NULL,
    at INTEGER NOT NULL,              -- ms since 1970, host's time; the latest VM has the name
    PRIMARY KEY (host, name, uuid)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX domain_name_by_vm ON domain_name (uuid);

  CREATE TABLE history_shape (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE,      -- of all that its VMs' derived values depend on but the catalogue
    state TEXT NOT NULL,
    state_shape INTEGER,              -- of the running guest; null when none runs
    taints TEXT NOT NULL,             -- as in each vm of it
    unknowns TEXT NOT NULL,
    leftovers INTEGER NOT NULL,
    derived_by TEXT NOT NULL          -- catalogue revision; '' while its VMs are being brought in line
  ) STRICT;

  CREATE TABLE state_shape (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: answers are kept by it
    digest TEXT NOT NULL UNIQUE,      -- of all that a verdict depends on but the destination
    state BLOB NOT NULL               -- that, packed and deflated
  ) STRICT;

  CREATE TABLE state_behaviour (
    behaviour TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('taint', 'unknown')),
    state_shape INTEGER NOT NULL,
    PRIMARY KEY (behaviour, status, state_shape)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX state_behaviour_by_state ON state_behaviour (state_shape);

  CREATE TABLE saved_shape (
    history_shape INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,         -- of the saved state among those of each VM
    state_shape INTEGER NOT NULL,
    PRIMARY KEY (history_shape, ordinal)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE saved_state (
    uuid TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    id TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    host TEXT NOT NULL,
    PRIMARY KEY (uuid, ordinal)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE failed (
    stream TEXT PRIMARY KEY,
    position TEXT NOT NULL,           -- of the event that could not be read, or of the last one derived from
    seen TEXT NOT NULL,               -- up to here the stream was considered
    error TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** What an existing file is. */
export type FileKind = 'empty' | 'views' | 'unfinished' | 'other-version' | 'foreign';

export const kindOf = (db: DatabaseSyncInstance): FileKind => {
  const { application_id: application } = db.prepare('PRAGMA application_id').get() as {
    application_id: number;
  };
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  const { tables } = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number };
  if (application === 0 && version === 0 && tables === 0) return 'empty';
  if (application === UNFINISHED_ID) return 'unfinished';
  if (application !== APPLICATION_ID) return 'foreign';
  return version === VIEWS_VERSION ? 'views' : 'other-version';
};

/** Makes the tables in an empty file, all or nothing. */
export const createTables = (db: DatabaseSyncInstance, release: string): void => {
  db.exec('BEGIN IMMEDIATE');
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${VIEWS_VERSION}`);
  db.exec(TABLES);
  db.prepare("INSERT INTO checkpoint VALUES (1, '', '', NULL, ?)").run(release);
  db.exec('COMMIT');
};

/** From which multiple its shapes are numbered; a later file from a greater one. */
export const numberedFrom = (db: DatabaseSyncInstance): number => {
  const { last } = db.prepare('SELECT coalesce(max(seq), 0) AS last FROM sqlite_sequence').get() as {
    last: number;
  };
  return Math.floor(last / NUMBERS_OF_A_FILE) * NUMBERS_OF_A_FILE;
};

/** Makes an empty file one that is built beside another, and comes after it. */
export const beginBeside = (db: DatabaseSyncInstance, serving: DatabaseSyncInstance): void => {
  const from = numberedFrom(serving) + NUMBERS_OF_A_FILE;
  db.exec(`PRAGMA application_id = ${UNFINISHED_ID}`);
  const seed = db.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)');
  for (const table of ['history_shape', 'state_shape']) seed.run(table, from);
};

/** From here on, also after a crash, it is the one that serves. */
export const finishBeside = (db: DatabaseSyncInstance): void => {
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
};

const EMPTIED = [
  'vm',
  'vm_behaviour',
  'vm_host',
  'domain_name',
  'history_shape',
  'state_shape',
  'state_behaviour',
  'saved_shape',
  'saved_state',
  'failed',
];

/** Empties every table; the checkpoint is back at the start. */
export const emptyTables = (db: DatabaseSyncInstance, release: string): void => {
  for (const table of EMPTIED) db.exec(`DELETE FROM ${table}`);
  db.prepare("UPDATE checkpoint SET position = '', preceding = '', event_id = NULL, release = ?").run(
    release,
  );
};
