import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { syntheticVm } from '../synthetic/synthetic-vm.js';
import { builtServer } from './server-build.js';
import { Clients } from './server-clients.js';
import { halfWrittenHops, misplacedCalls, missingLines, readLedger } from './server-ledger.js';
import { ServerProcess } from './server-process.js';

const SEED = 15;
const CLIENTS = 16;
/** Of `shutdown.graceMs`, as it is when nothing is said. */
const GRACE_MS = 10_000;

describe('a server that is asked to end under load', () => {
  let directory: string;
  let server: ServerProcess | undefined;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hopledger-server-sigterm-'));
  });
  afterAll(async () => {
    await server?.kill();
    await rm(directory, { recursive: true, force: true });
  });

  it('exits with 0 within its grace, and everything acknowledged is there', async () => {
    server = await ServerProcess.start(await builtServer(), directory);
    const vms = Array.from({ length: 400 }, (_, n) => syntheticVm(SEED, n, { deliveries: 10 }));
    const clients = new Clients(server.url);
    const sending = clients.send(vms, CLIENTS);
    while (clients.acknowledged.length < 500) await setTimeout(5);

    const { code, ms } = await server.end();
    server = undefined;
    clients.stop();
    await sending;

    expect(code).toBe(0);
    expect(ms).toBeLessThan(GRACE_MS);
    expect(clients.retries).toBeGreaterThan(0);
    const left = await readLedger(directory);
    expect(left.problems).toEqual([]);
    expect(misplacedCalls(clients.acknowledged, left)).toEqual([]);
    expect(missingLines(clients.acknowledged, left, true)).toEqual([]);
    expect(halfWrittenHops(left)).toEqual([]);
  }, 300_000);
});
