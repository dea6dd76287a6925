/**
 * How long a host waits for the hook: `migrate begin` of a tainted VM with some 30 events behind it, which reads its
 * history, derives it, judges the hop, writes the overrides into the XML and records both durably before it answers; and
 * `started begin`, which is only recorded. As a ratio to a bare Fastify route that reads the same body and answers as many
 * bytes. Each call is of a VM of its own, so that no history grows.
 *
 *   npm run build && node bench/hook.mjs [--json] [--calls 60] [--rounds 7]
 *
 * BENCH_DIR chooses the disk, HOPLEDGER_DIST another build. Rounds of both are interleaved; medians.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare, conditions, latency, table } from './measures.mjs';
import { Caller, startBare, startHopledger } from './server.mjs';
import { fillWithTaintedVms, hookBody } from './tainted-vms.mjs';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    calls: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '7' },
  },
});
const CALLS = Number(options.calls);
const ROUNDS = Number(options.rounds);
const WARM_UP = 150;
const AT_ONCE = [1, 10];
/** After the life of every VM. */
const AT = Date.parse('2026-11-21T04:00:00Z');

const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'hopledger-bench-'));
const caller = new Caller();
const about = { ...conditions(), folder, rounds: ROUNDS, callsPerRound: CALLS };
const results = {};
const servers = [];
try {
  const vms = 1 + WARM_UP + CALLS * ROUNDS * AT_ONCE.length;
  const fleet = await fillWithTaintedVms(folder, caller, 2 * vms);
  about.eventsPerVm = fleet.events;
  const hopledger = await startHopledger(folder);
  servers.push(hopledger);
  await hopledger.ready();
  const hookUrl = `${hopledger.url}/v1/libvirt/hook`;
  const left = fleet.uuids.values();
  const bodies = (count, operation, xml) =>
    Array.from({ length: count }, () => hookBody(left.next().value, operation, xml, AT));

  for (const [operation, xml, expected] of [
    ['migrate', fleet.migrateXml, 'rewritten'],
    ['started', fleet.startedXml, 'recorded'],
  ]) {
    const sample = await caller.post(hookUrl, bodies(1, operation, xml)[0]);
    const { answer } = JSON.parse(sample);
    if (answer !== expected) throw new Error(`${operation}: ${answer}, not ${expected}`);
    const bare = await startBare(folder, Buffer.byteLength(sample));
    servers.push(bare);
    const warmUp = bodies(WARM_UP, operation, xml);
    await caller.measure(bare.url, warmUp, 4);
    await caller.measure(hookUrl, warmUp, 4);
    for (const atOnce of AT_ONCE) {
      const rounds = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const calls = bodies(CALLS, operation, xml);
        rounds.push({
          bare: latency(await caller.measure(bare.url, calls, atOnce)),
          hopledger: latency(await caller.measure(hookUrl, calls, atOnce)),
        });
      }
      results[`${operation} begin, ${atOnce} at a time`] = compare(rounds);
    }
  }
  about.loadAfter = loadavg()[0];
} finally {
  caller.close();
  await Promise.all(servers.map((server) => server.end()));
  rmSync(folder, { recursive: true });
}

if (options.json) console.log(JSON.stringify({ conditions: about, results }, null, 2));
else {
  console.log(
    'Hook calls over HTTP; bare = a Fastify route that reads the same JSON and answers as many bytes',
  );
  table(results);
  for (const [name, value] of Object.entries(about)) console.log(`${name}: ${value}`);
}
