import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openLedgerForReading } from '../../src/ledger/open-for-reading.js';
import { ExportChain } from '../../src/audit/export-chain.js';
import { runCli, startCli } from '../audit/cli-from-source.js';
import { ledgerFile } from '../audit/make-ledger.js';
import { longLog } from '../audit/sample-log.js';

const EVENTS = 20_000;
const KILLS = 5;

interface Done {
  readonly events: number;
  readonly found: number;
  readonly content: string;
}

const countIn = async (path: string): Promise<number> => {
  if (!existsSync(path)) return 0;
  try {
    const ledger = await openLedgerForReading({ engine: 'sqlite', path });
    const head = await ledger.head();
    await ledger.close();
    return Number(head || 0);
  } catch {
    return 0; // its first transaction is not through
  }
};

describe('an import or a copy whose process is killed', () => {
  let folder: string;
  let source: string;
  let file: string;
  let content: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hopledger-transfer-'));
    source = await ledgerFile(join(folder, 'source.db'), [...longLog(EVENTS, 300)]);
    file = join(folder, 'export.ndjson');
    const { out } = await runCli(['ledger', 'export', file, '--from', source, '--json']);
    content = (JSON.parse(out) as Done).content;
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true }));

  /** Kills it while it writes, at some instant, again and again, and at last lets it end. */
  const killedAgainAndAgain = async (args: readonly string[], target: string): Promise<Done> => {
    let before = 0;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const { child, ended } = startCli(args);
      while (child.exitCode === null && (await countIn(target)) <= before) await setTimeout(5);
      await setTimeout(Math.random() * 40);
      child.kill('SIGKILL');
      await ended;
      const there = await countIn(target);
      expect(there).toBeGreaterThan(before);
      before = there;
    }
    expect(before).toBeLessThan(EVENTS);
    const { code, out, err } = await runCli([...args, '--json']);
    // Where it takes long, a line now and then says how far it is.
    expect({ code, err: err.replace(/^.* events .*\n/gm, '') }).toEqual({ code: 0, err: '' });
    const done = JSON.parse(out) as Done;
    expect(done.found).toBe(before);
    return done;
  };

  it('goes on when an import is done again, to the content hash of the export', async () => {
    const target = join(folder, 'imported.db');
    const done = await killedAgainAndAgain(['ledger', 'import', file, '--to', target], target);
    expect(done).toMatchObject({ events: EVENTS, content });
  }, 300_000);

  it('goes on when a copy is done again, to the content hash of the source, and to the same export', async () => {
    const target = join(folder, 'copied.db');
    const done = await killedAgainAndAgain(['ledger', 'copy', source, target], target);
    expect(done).toMatchObject({ events: EVENTS, content });
    const again = join(folder, 'again.ndjson');
    await runCli(['ledger', 'export', again, '--from', target]);
    expect((await readFile(again)).equals(await readFile(file))).toBe(true);
  }, 300_000);

  it('goes on when an export is done again, to the same bytes', async () => {
    const interrupted = join(folder, 'interrupted.ndjson');
    const args = ['ledger', 'export', interrupted, '--from', source];
    const { child, ended } = startCli(args);
    while (!existsSync(`${interrupted}.partial`)) await setTimeout(1);
    await setTimeout(Math.random() * 100);
    child.kill('SIGKILL');
    await ended;
    if (!existsSync(interrupted)) expect(await runCli(args)).toMatchObject({ code: 0 });
    expect((await readFile(interrupted)).equals(await readFile(file))).toBe(true);
  }, 300_000);
});

describe('a ledger larger than the memory that a command may have', () => {
  const HEAP_MIB = 32;
  const BOUND = [`--max-old-space-size=${HEAP_MIB}`];
  let folder: string;
  let file: string;
  let size = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hopledger-bounded-'));
    file = join(folder, 'large.ndjson');
    const out = createWriteStream(file);
    const chain = new ExportChain();
    out.write(chain.header());
    for (const event of longLog(28_000, 2_000)) {
      const line = chain.event(event);
      size += line.length;
      if (!out.write(line)) await once(out, 'drain');
    }
    out.end(chain.end());
    await once(out, 'finish');
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true }));

  it('is verified, imported and exported with a heap of half its size', async () => {
    expect(size).toBeGreaterThan(2 * HEAP_MIB * 1024 * 1024);
    const [one, again] = [join(folder, 'one.db'), join(folder, 'again.ndjson')];
    for (const args of [
      ['verify', file],
      ['import', file, '--to', one],
      ['export', again, '--from', one],
    ]) {
      const { code, err } = await runCli(['ledger', ...args], BOUND);
      expect({ args, code, err }).toEqual({ args, code: 0, err: expect.not.stringContaining('heap') });
    }
    expect((await readFile(again)).equals(await readFile(file))).toBe(true);
  }, 300_000);
});
