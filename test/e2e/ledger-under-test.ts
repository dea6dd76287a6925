import { it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProtocolServer } from '../eventstore/protocol-server.js';
import { ServerLog } from '../eventstore/server-log.js';

/** The ledger that a server of a test is to have, by its settings. */
export interface LedgerUnderTest {
  readonly settings: Readonly<Record<string, string>>;
  /** What it needs beside, unless a test says something else. */
  readonly defaults: Readonly<Record<string, string>>;
  /** When the server that uses it has ended. */
  release(): Promise<void>;
}

/** What was in the ledger of a directory is there again when a server starts on that directory anew. */
const logs = new Map<string, ServerLog>();
/** Servers on that engine are given a key for webhooks, one for all that may share a ledger. */
const KEY = randomBytes(32).toString('base64');

/** What the stand-in of a directory holds, as text; empty without one. */
export const storedElsewhere = (directory: string): string =>
  (logs.get(directory)?.all ?? [])
    .map(({ data, metadata }) => Buffer.from(data).toString() + Buffer.from(metadata).toString())
    .join('\n');

export const onEventStoreDB = process.env['HOPLEDGER_TEST_LEDGER'] === 'eventstoredb';

/** For what is about the SQLite file itself: on another engine there is none. */
export const itOnSqlite = onEventStoreDB ? it.skip : it;

/**
 * With `HOPLEDGER_TEST_LEDGER=eventstoredb` the servers of the end-to-end tests keep their ledgers in EventStoreDB, that is, in
 * the stand-in of test/eventstore: one for each directory. Without it: nothing but what the test says.
 */
export const ledgerUnderTest = async (directory?: string): Promise<LedgerUnderTest> => {
  if (!onEventStoreDB) return { settings: {}, defaults: {}, release: () => Promise.resolve() };
  const key = directory ?? randomUUID();
  const log = logs.get(key) ?? new ServerLog();
  logs.set(key, log);
  const server = await ProtocolServer.start({ log });
  const folder = mkdtempSync(join(tmpdir(), 'hopledger-e2e-'));
  const keyFile = join(folder, 'webhooks.key');
  writeFileSync(keyFile, KEY, { mode: 0o600 });
  return {
    defaults: { HOPLEDGER_DATA_DIRECTORY: folder, HOPLEDGER_WEBHOOKS_KEY_FILE: keyFile },
    settings: {
      HOPLEDGER_LEDGER_ENGINE: 'eventstoredb',
      HOPLEDGER_LEDGER_CONNECTION: server.connection(),
    },
    release: async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
};
