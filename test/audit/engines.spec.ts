import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openTarget } from '../../src/audit/open-target.js';
import { transfer } from '../../src/audit/transfer.js';
import { travelling } from '../../src/audit/transfer-batches.js';
import { openLedgerForReading } from '../../src/ledger/open-for-reading.js';
import { openLedger, type LedgerOptions } from '../../src/ledger/open.js';
import { START } from '../../src/ledger/port.js';
import { ProtocolServer } from '../eventstore/protocol-server.js';
import { all } from '../contract/sample-events.js';
import { runCli, startCli } from './cli-from-source.js';
import { fill, ledgerFile } from './make-ledger.js';
import { longLog } from './sample-log.js';

const LOG = [...longLog(400, 40, 6)];

let folder: string;
let server: ProtocolServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hopledger-engines-'));
  server = await ProtocolServer.start();
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const eventStore = (namespace: string): LedgerOptions => ({
  engine: 'eventstoredb',
  connection: server.connection(),
  namespace,
});
const sqlite = (name: string): LedgerOptions => ({ engine: 'sqlite', path: join(folder, name) });

/** Copies from one to the other. @returns the content hash of both */
const copy = async (from: LedgerOptions, to: LedgerOptions): Promise<string> => {
  const source = await openLedgerForReading(from);
  const { ledger, ...how } = await openTarget(to);
  try {
    const { events, content } = await transfer(travelling(source), ledger, how);
    expect(events).toBe(LOG.length);
    return content;
  } finally {
    await source.close();
    await ledger.close();
  }
};

describe('a ledger that moves between engines (EventStoreDB is a stand-in)', () => {
  it('has one content hash on SQLite, on EventStoreDB, on another EventStoreDB, and on SQLite again', async () => {
    await ledgerFile(join(folder, 'first.db'), LOG);
    const content = await copy(sqlite('first.db'), eventStore('one'));
    expect(await copy(eventStore('one'), eventStore('two'))).toBe(content);
    expect(await copy(eventStore('two'), sqlite('last.db'))).toBe(content);
  });

  it('gets further where others fill the log between its events', async () => {
    await ledgerFile(join(folder, 'quiet.db'), LOG);
    const disturbing = setInterval(() => server.disturb(), 1);
    const content = await copy(sqlite('quiet.db'), eventStore('busy'));
    clearInterval(disturbing);
    expect(await copy(eventStore('busy'), sqlite('back.db'))).toBe(content);
  });

  it('is copied on the command line, from a file that holds the connection string', async () => {
    const path = await ledgerFile(join(folder, 'cli.db'), LOG);
    await writeFile(join(folder, 'connection'), `${server.connection()}\n`);
    const connection = `@${join(folder, 'connection')}`;
    expect(await runCli(['ledger', 'copy', path, connection])).toMatchObject({ code: 0 });
    const file = join(folder, 'from-server.ndjson');
    expect(await runCli(['ledger', 'export', file, '--from', connection])).toMatchObject({ code: 0 });
    expect((await runCli(['ledger', 'verify', path, '--against', file])).out).toContain(
      `begins with the ${LOG.length} events of`,
    );
  }, 300_000);
});

describe('a server (stand-in) that has no ledger', () => {
  it('is neither verified nor exported, and has none afterwards', async () => {
    const other = await ProtocolServer.start();
    const file = join(folder, 'of-none.ndjson');
    const before = other.log.all.length;
    for (const args of [
      ['verify', other.connection()],
      ['export', file, '--from', other.connection()],
    ]) {
      const { code, err } = await runCli(['ledger', ...args]);
      expect(code).toBe(1);
      expect(err).toContain('it has no ledger named hopledger');
    }
    await expect(access(file)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(other.log.all).toHaveLength(before);
    await other.stop();
  }, 300_000);
});

describe('a copy into EventStoreDB (stand-in) whose process is killed', () => {
  it('goes on when it is done again, to the content hash of the source', async () => {
    const large = [...longLog(600, 100, 40)];
    const path = await ledgerFile(join(folder, 'large.db'), large);
    const other = await ProtocolServer.start();
    const args = ['ledger', 'copy', path, other.connection(), '--json'];
    const there = await openLedger({ engine: 'eventstoredb', connection: other.connection() });
    const count = async (): Promise<number> => {
      return (await all(there.readAll(START))).length;
    };
    let before = 0;
    for (let kill = 1; kill <= 3; kill += 1) {
      const { child, ended } = startCli(args);
      while (child.exitCode === null && (await count()) <= before) await setTimeout(50);
      await setTimeout(Math.random() * 60);
      child.kill('SIGKILL');
      await ended;
      before = await count();
    }
    expect(before).toBeLessThan(large.length);
    const { code, out } = await runCli(args);
    expect(code).toBe(0);
    const { out: verified } = await runCli(['ledger', 'verify', path, '--json']);
    const { content } = JSON.parse(verified) as { content: string };
    const found = JSON.parse(out) as { found: number };
    expect(found).toMatchObject({ events: large.length, content });
    // What was on its way to the server when the process died may have arrived after it was counted.
    expect(found.found).toBeGreaterThanOrEqual(before);
    await there.close();
    await other.stop();
  }, 300_000);
});

describe('an engine that is shared', () => {
  it('is found to hold what someone else wrote meanwhile, and the copy fails', async () => {
    await ledgerFile(join(folder, 'shared.db'), LOG);
    const writer = await openLedger(eventStore('shared'));
    await fill(writer, longLog(1, 1, 1));
    await expect(copy(sqlite('shared.db'), eventStore('shared'))).rejects.toMatchObject({
      code: 'LEDGER_DIFFERS',
    });
    await writer.close();
  });
});
