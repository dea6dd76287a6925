import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { hostReports } from '../synthetic/fleet.js';
import { syntheticVm } from '../synthetic/synthetic-vm.js';
import { builtServer } from './server-build.js';
import { Clients } from './server-clients.js';
import { ServerProcess } from './server-process.js';

const SEED = 31;
const VMS = 150;
const CLIENTS = 8;

interface Rebuild {
  readonly rebuild: { readonly state: string; readonly eventsRead: number } | null;
}
interface Answers {
  readonly ledger: { readonly position: string };
  readonly fleet: { readonly vms: number; readonly tainted: number };
}

describe('a server that is killed while its views are built anew beside those that serve', () => {
  let directory: string;
  let server: ServerProcess | undefined;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hopledger-rebuild-sigkill-'));
  });
  afterAll(async () => {
    await server?.kill();
    await rm(directory, { recursive: true, force: true });
  });

  const rebuild = async (of: ServerProcess): Promise<Rebuild['rebuild']> =>
    (await of.graphql<Rebuild>('mutation { rebuild: rebuildViews { state eventsRead } }')).rebuild;
  const status = async (of: ServerProcess): Promise<Rebuild['rebuild']> =>
    (await of.graphql<{ ledger: Rebuild }>('{ ledger { rebuild: viewsRebuild { state eventsRead } } }'))
      .ledger.rebuild;
  const answers = (of: ServerProcess): Promise<Answers> =>
    of.graphql('{ ledger { position } fleet { vms tainted } }');

  it('serves what it served, and builds them anew when it is asked again', async () => {
    const main = await builtServer();
    server = await ServerProcess.start(main, directory);
    const report = 'mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }';
    for (const input of hostReports()) await server.graphql(report, { input });
    const vms = Array.from({ length: VMS }, (_, n) => syntheticVm(SEED, n, { deliveries: 8 }));
    await new Clients(server.url).send(vms, CLIENTS);
    const before = await answers(server);
    expect(before.fleet.vms).toBe(VMS);

    expect(await rebuild(server)).toMatchObject({ state: 'RUNNING' });
    const next = join(directory, 'views-next.db');
    while (!existsSync(next)) await setTimeout(1);
    const atKill = await status(server);
    await server.kill();
    expect(atKill?.state).toBe('RUNNING');
    expect(existsSync(next)).toBe(true);

    server = await ServerProcess.start(main, directory);
    // Asked before it says that it is ready: what it had serves at once.
    const first = await answers(server);
    expect(first).toEqual(before);
    expect(existsSync(next)).toBe(false);
    expect(await status(server)).toBeNull();
    await server.ready();

    await rebuild(server);
    let now = await status(server);
    while (now?.state === 'RUNNING') {
      expect((await answers(server)).fleet.vms).toBe(VMS);
      await setTimeout(10);
      now = await status(server);
    }
    expect(now).toMatchObject({ state: 'DONE' });
    expect(await answers(server)).toEqual(before);
    const { code } = await server.end();
    expect(code).toBe(0);
    expect([existsSync(join(directory, 'views.db')), existsSync(next)]).toEqual([true, false]);
    server = await ServerProcess.start(main, directory);
    expect(await answers(server)).toEqual(before);
    expect(await readFile(join(directory, 'views.db'))).not.toHaveLength(0);
  }, 300_000);
});
