/**
 * GraphQL answers per second: one VM as a dashboard shows it (derived anew from its events, some 30 of them), and a page of
 * the list of VMs (from the views). As a ratio to a bare Fastify route that reads the same body and answers as many bytes.
 *
 *   npm run build && node bench/graphql.mjs [--json] [--queries 300] [--rounds 7]
 *
 * BENCH_DIR chooses the disk, HOPLEDGER_DIST another build. Rounds of both are interleaved; medians.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare, conditions, latency, table } from './measures.mjs';
import { Caller, startBare, startHopledger } from './server.mjs';
import { fillWithTaintedVms } from './tainted-vms.mjs';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    queries: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '7' },
  },
});
const QUERIES = Number(options.queries);
const ROUNDS = Number(options.rounds);
const VMS = 1_000;
const AT_ONCE = 10;

const VM = `query ($uuid: UUID!) { vm(uuid: $uuid) {
  uuid name state tainted lastSeenAt
  current { host openedAt build { label } }
  taints(first: 20) { nodes { alias behaviourId value certainty } }
  hops(first: 20) { nodes { via outcome startedAt from { host } to { host } advice { verdict answer } } }
  leftovers(first: 20) { nodes { alias property host inEffect } } } }`;
const LIST = `query ($after: String) { vms(first: 50, after: $after, filter: { tainted: true }) {
  nodes { uuid name state host build taints lastSeenAt } pageInfo { hasNextPage endCursor } } }`;

const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'hopledger-bench-'));
const caller = new Caller();
const about = {
  ...conditions(),
  folder,
  vms: VMS,
  rounds: ROUNDS,
  queriesPerRound: QUERIES,
  atOnce: AT_ONCE,
};
const results = {};
const servers = [];
try {
  const fleet = await fillWithTaintedVms(folder, caller, VMS);
  about.eventsPerVm = fleet.events;
  const hopledger = await startHopledger(folder);
  servers.push(hopledger);
  await hopledger.ready();
  const graphqlUrl = `${hopledger.url}/graphql`;
  const { fleet: counted } = await caller.graphql(hopledger.url, '{ fleet { vms } }');
  // The fleet, and the VM that it was copied from.
  if (counted.vms !== VMS + 1) throw new Error(`${counted.vms} VMs in the views`);
  const uuidsInTurn = (function* () {
    for (;;) yield* fleet.uuids;
  })();

  for (const [name, query, variables] of [
    ['vm, as a dashboard shows it', VM, () => ({ uuid: uuidsInTurn.next().value })],
    ['vms, a page of 50', LIST, () => ({ after: null })],
  ]) {
    const bodies = Array.from({ length: QUERIES }, () => JSON.stringify({ query, variables: variables() }));
    const sample = await caller.post(graphqlUrl, bodies[0]);
    if (JSON.parse(sample).errors !== undefined) throw new Error(sample);
    const bare = await startBare(folder, Buffer.byteLength(sample));
    servers.push(bare);
    await caller.measure(bare.url, bodies, AT_ONCE);
    await caller.measure(graphqlUrl, bodies, AT_ONCE);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({
        bare: latency(await caller.measure(bare.url, bodies, AT_ONCE)),
        hopledger: latency(await caller.measure(graphqlUrl, bodies, AT_ONCE)),
      });
    }
    results[name] = { ...compare(rounds), answerBytes: Buffer.byteLength(sample) };
  }
  about.loadAfter = loadavg()[0];
} finally {
  caller.close();
  await Promise.all(servers.map((server) => server.end()));
  rmSync(folder, { recursive: true });
}

if (options.json) console.log(JSON.stringify({ conditions: about, results }, null, 2));
else {
  console.log('GraphQL over HTTP; bare = a Fastify route that reads the same JSON and answers as many bytes');
  table(results);
  for (const [name, value] of Object.entries(about)) console.log(`${name}: ${value}`);
}
