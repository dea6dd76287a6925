import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAppend } from '../checked-append.js';
import { DEFAULT_LIMITS } from '../limits.js';
import { START, type NewEvent, type StoredEvent, type StreamName } from '../port.js';
import { openForReading } from './connection.js';
import { LogReader } from './log-reader.js';
import { migrate } from './schema.js';
import { SqliteLedger, verifyLedgerFile } from './sqlite-ledger.js';
import { Writer } from './writer.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function newPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hopledger-sqlite-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  return join(folder, 'ledger.db');
}

async function open(path: string): Promise<SqliteLedger> {
  const ledger = await SqliteLedger.open({ path });
  cleanups.push(() => ledger.close());
  return ledger;
}

const newStream = (): StreamName => `vm-${randomUUID()}` as StreamName;
const newEvent = (): NewEvent => ({ id: randomUUID(), type: 'T', data: {}, metadata: {} });

async function fill(ledger: SqliteLedger, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, () => ledger.append(newStream(), 'no_stream', [newEvent()])),
  );
}

async function all(ledger: SqliteLedger): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of ledger.readAll(START)) events.push(event);
  return events;
}

describe('opening a ledger file', () => {
  it('that is open for appending is refused, by any of its names, until it is closed', async () => {
    const path = await newPath();
    const first = await open(path);
    await symlink(path, `${path}-link`);
    for (const name of [path, `${path}-link`])
      await expect(SqliteLedger.open({ path: name })).rejects.toMatchObject({ reason: 'in_use' });
    await fill(first, 1); // the refused ones did not disturb it
    await first.close();
    await fill(await open(path), 1);
  });

  it('of a later version is refused and not touched', async () => {
    const path = await newPath();
    const db = new DatabaseSync(path);
    migrate(db, path, ['CREATE TABLE a (x TEXT) STRICT', 'CREATE TABLE b (x TEXT) STRICT']);
    db.close();
    await expect(SqliteLedger.open({ path })).rejects.toMatchObject({
      reason: 'newer_version',
      message: expect.stringContaining('version 2'),
    });
  });

  it('of another program is refused and not touched', async () => {
    const path = await newPath();
    const db = new DatabaseSync(path);
    db.exec('CREATE TABLE theirs (x)');
    await expect(SqliteLedger.open({ path })).rejects.toMatchObject({ reason: 'not_a_ledger' });
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' });
    db.close();
  });

  it('that is no database is refused', async () => {
    const path = await newPath();
    await writeFile(
      path,
      'a text that is long enough to be looked at as the header of a database'.repeat(20),
    );
    await expect(SqliteLedger.open({ path })).rejects.toMatchObject({ reason: 'not_a_ledger' });
  });

  it('in a folder that cannot be made says so', async () => {
    const path = await newPath();
    await writeFile(path, '');
    await expect(SqliteLedger.open({ path: join(path, 'below', 'ledger.db') })).rejects.toThrow('ENOTDIR');
  });

  it('creates missing folders', async () => {
    const path = join(await newPath(), 'deep', 'ledger.db');
    await fill(await open(path), 3);
    expect(existsSync(path)).toBe(true);
  });

  it('that was closed needs nothing but the file itself', async () => {
    const path = await newPath();
    const ledger = await open(path);
    await fill(ledger, 3);
    await ledger.close();
    await copyFile(path, `${path}.moved`);
    expect(await all(await open(`${path}.moved`))).toHaveLength(3);
  });
});

describe('a ledger file', () => {
  it('can be read by others while it is open, and after it was closed', async () => {
    const path = await newPath();
    const ledger = await open(path);
    await fill(ledger, 3);
    const readers = [new LogReader(openForReading(path)), new LogReader(openForReading(path))];
    await fill(ledger, 2);
    expect(readers.map((reader) => reader.head())).toEqual([5, 5]);
    for (const reader of readers) reader.close();
    await ledger.close();
    expect(await verifyLedgerFile(path)).toEqual({ events: 5, streams: 5, problems: [] });
  });

  it('is synced to disk at each commit', async () => {
    const ledger = await open(await newPath());
    const db = openForReading(ledger.path);
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    db.close();
  });

  it('is verified while appends go on, and damage in it is found', async () => {
    const ledger = await open(await newPath());
    await fill(ledger, 50);
    const [verification] = await Promise.all([ledger.verify(), fill(ledger, 200)]);
    expect(verification.problems).toEqual([]);

    const db = new DatabaseSync(ledger.path, { timeout: 5_000 });
    db.exec('DELETE FROM event WHERE position = 10');
    db.close();
    expect((await ledger.verify()).problems).toEqual([expect.stringContaining('positions run')]);
  });

  it('is backed up while appends go on; the backup opens as the same log', async () => {
    const ledger = await open(await newPath());
    await fill(ledger, 50);
    const before = await all(ledger);
    const target = `${ledger.path}.backup`;
    await Promise.all([ledger.backup(target), fill(ledger, 200)]);

    const copy = await open(target);
    expect((await all(copy)).slice(0, 50)).toEqual(before);
    expect((await copy.verify()).problems).toEqual([]);
    await fill(copy, 1);
    expect(existsSync(`${target}.partial`)).toBe(false);
  });

  it('is never backed up over an existing file', async () => {
    const ledger = await open(await newPath());
    await writeFile(`${ledger.path}.old`, 'precious');
    await expect(ledger.backup(`${ledger.path}.old`)).rejects.toThrow('exists');
  });
});

describe('when the writer dies', () => {
  it('its appends end as unknown, later ones as closed, and a new writer takes over', async () => {
    const path = await newPath();
    const writer = await Writer.start(path, DEFAULT_LIMITS, () => undefined);
    const submit = (): Promise<unknown> =>
      writer.append(checkAppend(newStream(), 'no_stream', [newEvent()], DEFAULT_LIMITS), 0).then(
        () => 'appended',
        (error: { code: string }) => error.code,
      );
    expect(await submit()).toBe('appended');
    const pending = Array.from({ length: 500 }, submit);
    await new Promise(setImmediate);
    await writer.terminate();

    const outcomes = new Set(await Promise.all(pending));
    // Which of them were under way, and which had an answer, is the machine's affair.
    outcomes.delete('appended');
    expect(outcomes.size).toBeGreaterThan(0);
    expect(['UNKNOWN_OUTCOME', 'LEDGER_CLOSED']).toEqual(expect.arrayContaining([...outcomes]));
    await expect(async () => submit()).rejects.toMatchObject({ code: 'LEDGER_CLOSED' });
    await writer.close();

    const next = await open(path);
    await fill(next, 3);
    expect((await next.verify()).problems).toEqual([]);
  });
});
