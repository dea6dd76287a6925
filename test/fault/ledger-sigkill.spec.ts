import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { START, type StoredEvent } from '../../src/ledger/port.js';
import { SqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.js';
import { runTypeScript } from '../../src/ledger/sqlite/start-thread.js';

const KILLS = 10;
const CHILD = fileURLToPath(new URL('./ledger-sigkill.child.ts', import.meta.url));

interface Line {
  readonly kind: 'sent' | 'acknowledged';
  readonly stream: string;
  readonly ids: readonly string[];
  readonly revision: string;
  readonly position: string;
}

describe('a ledger whose process is killed under load', () => {
  let folder: string;
  let path: string;
  const lines: Line[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hopledger-sigkill-'));
    path = join(folder, 'ledger.db');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('keeps every acknowledged append once, at its place, each append whole or not at all, and frees its lock', async () => {
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const before = lines.length;
      lines.push(...(await appendUntilKilled(path, join(folder, `${kill}.ndjson`))));
      expect(lines.slice(before).some((line) => line.kind === 'acknowledged')).toBe(true);
      await expectLogToHold(path, lines);
    }
  }, 300_000);
});

/** Its output goes to a file, so that what was written before the kill is there after it. */
async function appendUntilKilled(path: string, output: string): Promise<Line[]> {
  const fd = openSync(output, 'w');
  const child = spawn(process.execPath, [...runTypeScript(), CHILD, path], {
    stdio: ['ignore', fd, 'inherit'],
  });
  closeSync(fd);
  const exited = once(child, 'exit');
  while (!(await readFile(output, 'utf8')).includes('"acknowledged"')) {
    expect(child.exitCode).toBe(null);
    await setTimeout(5);
  }
  await expect(SqliteLedger.open({ path })).rejects.toMatchObject({ reason: 'in_use' });
  await setTimeout(Math.random() * 250);
  child.kill('SIGKILL');
  expect(await exited).toEqual([null, 'SIGKILL']);
  const whole = (await readFile(output, 'utf8')).split('\n').slice(0, -1); // the last line may be torn
  return whole.map((line) => JSON.parse(line) as Line);
}

async function expectLogToHold(path: string, lines: readonly Line[]): Promise<void> {
  const ledger = await SqliteLedger.open({ path });
  try {
    expect((await ledger.verify()).problems).toEqual([]);
    const byId = new Map<string, StoredEvent>();
    let count = 0;
    for await (const event of ledger.readAll(START)) {
      count += 1;
      expect(Number(event.position)).toBe(count);
      byId.set(event.id, event);
    }
    expect(byId.size).toBe(count);

    const sent = lines.filter((line) => line.kind === 'sent');
    const torn = sent.filter(({ ids }) => {
      const there = ids.filter((id) => byId.has(id)).length;
      return there !== 0 && there !== ids.length;
    });
    expect(torn).toEqual([]);

    const acknowledged = lines.filter((line) => line.kind === 'acknowledged');
    const misplaced = acknowledged.filter(({ stream, ids, revision, position }) => {
      const places = ids.map((id) => byId.get(id));
      const last = places.at(-1);
      const inOrder = places.every(
        (event, index) =>
          event?.stream === stream && event.revision === BigInt(revision) - BigInt(ids.length - 1 - index),
      );
      return !inOrder || last?.position !== position;
    });
    expect(misplaced).toEqual([]);
  } finally {
    await ledger.close();
  }
}
