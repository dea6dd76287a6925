import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isUuid, VM_PREFIX } from '../../src/recording/streams.js';
import { Random } from '../synthetic/random.js';
import { syntheticVm } from '../synthetic/synthetic-vm.js';
import { derivedByOne, derivedVms, reportHosts } from './derived-vms.js';
import { builtServer } from './server-build.js';
import { Clients } from './server-clients.js';
import { killAgainAndAgain } from './server-killer.js';
import {
  halfWrittenHops,
  misplacedCalls,
  missingLines,
  readLedger,
  unexpectedEvents,
  type LeftBehind,
} from './server-ledger.js';
import { ServerProcess } from './server-process.js';

const SEED = 20_261_121;
const VMS = 2_000;
const CLIENTS = 16;
const KILLS = 9;
/** VMs of which everything derived is compared with a server that was never killed. */
const COMPARED = 100;
const MINUTES = 60_000;

const vms = Array.from({ length: VMS }, (_, n) => syntheticVm(SEED, n, { deliveries: 10, fewHooks: true }));
const compared = vms.slice(0, COMPARED);
const deliveries = vms.reduce((sum, vm) => sum + vm.deliveries.length, 0);

describe('a server that is killed while 2,000 VMs are recorded', () => {
  let directory: string;
  let server: ServerProcess | undefined;
  let clients: Clients;
  let left: LeftBehind;
  let rows: readonly Row[];
  let derived: readonly unknown[];
  let undisturbed: readonly unknown[];

  beforeAll(async () => {
    const main = await builtServer();
    directory = await mkdtemp(join(tmpdir(), 'hopledger-server-sigkill-'));
    const start = (): Promise<ServerProcess> => ServerProcess.start(main, directory);
    server = await start();
    await reportHosts(server);
    clients = new Clients(server.url);
    const began = performance.now();
    const random = new Random(SEED);
    const sending = clients.send(vms, CLIENTS);
    const killing = killAgainAndAgain(server, clients, {
      kills: KILLS,
      acknowledgements: deliveries,
      random,
      start: async () => {
        server = await start();
        return server;
      },
    });
    // Neither outlives the other's failure: the killer sees that the clients ended, and they are told of its.
    killing.catch(() => clients.stop());
    await Promise.allSettled([killing, sending]);
    server = await killing;
    await sending;
    const sentMs = performance.now() - began;
    await server.ready();
    rows = await allRows(server);
    derived = await derivedVms(server, compared);
    const ended = await server.end();
    server = undefined;
    expect(ended.code).toBe(0);
    left = await readLedger(directory);
    undisturbed = await derivedByOne(main, compared, CLIENTS);
    const again = clients.acknowledged.filter(({ repeated }) => repeated).length;
    console.info(
      `${VMS} VMs, ${deliveries} deliveries, ${left.events.length} events in ${(sentMs / 1000).toFixed(1)} s; ` +
        `${KILLS} kills, ${clients.retries} retries, ${again} hook calls found on record when sent again`,
    );
  }, 10 * MINUTES);
  afterAll(async () => {
    await server?.kill();
    await rm(directory, { recursive: true, force: true });
  });

  it('acknowledges everything in the end, some of it after its answer was lost', () => {
    expect(clients.acknowledged).toHaveLength(deliveries);
    expect(clients.retries).toBeGreaterThan(KILLS);
    expect(clients.acknowledged.some(({ repeated }) => repeated)).toBe(true);
  });

  it('leaves a sound ledger: positions and revisions without a gap, no id twice', () => {
    expect(left.problems).toEqual([]);
    expect(left.byId.size).toBe(left.events.length);
    expect(Number(left.events.at(-1)?.position)).toBe(left.events.length);
  });

  it('has every acknowledged event once, in the stream of its VM, where the answer said', () => {
    expect(misplacedCalls(clients.acknowledged, left)).toEqual([]);
    expect(missingLines(clients.acknowledged, left, false)).toEqual([]);
  });

  it('has nothing that was not sent, and nothing half', () => {
    expect(unexpectedEvents(clients.acknowledged, vms, left)).toEqual([]);
    expect(halfWrittenHops(left)).toEqual([]);
    const others = [...left.streams.keys()].filter((name) => name.startsWith(VM_PREFIX));
    expect(others.every((name) => isUuid(name.slice(VM_PREFIX.length)))).toBe(true);
    expect(others).toHaveLength(VMS);
  });

  it('comes back by itself, its views with every VM where it is and as it is', () => {
    const shown = rows.map(({ uuid, state, host, taints }) => ({
      uuid,
      state: state.toLowerCase(),
      host,
      tainted: taints.includes('pcie-err-unc-mask'),
    }));
    const actual = vms
      .map(({ uuid, truth }) => ({ uuid, ...truth }))
      .sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
    expect(shown).toHaveLength(VMS);
    expect(shown).toEqual(actual);
  });

  it('derives what a server derives that nobody killed', () => {
    expect(derived).toHaveLength(COMPARED);
    expect(derived).toEqual(undisturbed);
  });
});

interface Row {
  readonly uuid: string;
  readonly state: string;
  readonly host: string | null;
  readonly taints: readonly string[];
}

const allRows = async (server: ServerProcess): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  let after: string | null = null;
  for (;;) {
    const { page }: { page: Page } = await server.graphql(
      `query ($after: String) { page: vms(first: 200, after: $after) {
         nodes { uuid state host taints } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    rows.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return rows;
    after = page.pageInfo.endCursor;
  }
};

interface Page {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
