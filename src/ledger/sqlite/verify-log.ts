import type { DatabaseSyncInstance } from '@photostructure/sqlite';

/** What a check of the whole file found. It is sound when `problems` is empty. */
export interface Verification {
  readonly events: number;
  readonly streams: number;
  readonly problems: readonly string[];
}

interface Rule {
  readonly claim: string;
  /** Selects how many places break the claim. */
  readonly broken: string;
}

const RULES: readonly Rule[] = [
  {
    claim: 'positions run 1, 2, 3 … without a gap',
    broken: 'SELECT coalesce(max(position), 0) - count(*) AS n FROM event',
  },
  {
    claim: 'revisions of a stream run 0, 1, 2 … without a gap',
    broken: `SELECT count(*) AS n FROM
      (SELECT 1 FROM event GROUP BY stream HAVING min(revision) <> 0 OR max(revision) <> count(*) - 1)`,
  },
  {
    claim: 'a stream has its events in the order of the log',
    broken: `SELECT count(*) AS n FROM
      (SELECT position < lag(position) OVER (PARTITION BY stream ORDER BY revision) AS back FROM event) WHERE back`,
  },
  {
    claim: 'recorded times never decrease',
    broken: `SELECT count(*) AS n FROM
      (SELECT recorded_at < lag(recorded_at) OVER (ORDER BY position) AS back FROM event) WHERE back`,
  },
  {
    claim: 'every body is JSON',
    broken: 'SELECT count(*) AS n FROM event WHERE NOT json_valid(data) OR NOT json_valid(metadata)',
  },
];

/** Checks the file as SQLite knows it, and then as a ledger. Reads all of it, several times. */
export function verifyLog(db: DatabaseSyncInstance): Verification {
  const integrity = db.prepare('PRAGMA integrity_check(20)').all() as { integrity_check: string }[];
  const problems = integrity.map((row) => row.integrity_check).filter((line) => line !== 'ok');
  for (const { claim, broken } of RULES) {
    const { n } = db.prepare(broken).get() as { n: number };
    if (n > 0) problems.push(`not so: ${claim} (${n} times)`);
  }
  const counts = db
    .prepare('SELECT count(*) AS events, count(DISTINCT stream) AS streams FROM event')
    .get() as {
    events: number;
    streams: number;
  };
  return { ...counts, problems };
}
