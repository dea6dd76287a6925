/**
 * How long libvirt waits for the hook of `deploy/libvirt-host`: from the call of the script to its end, the script a process
 * of its own as libvirt starts it. `migrate begin` of a tainted VM, answered with overrides, and `started begin`, recorded;
 * as a ratio to the same script before a server that echoes. And without a server: how long until the script goes on.
 *
 *   npm run build && node bench/hook-script.mjs [--json] [--calls 20] [--rounds 7]
 *
 * BENCH_DIR chooses the disk, HOPLEDGER_DIST another build. Rounds of both are interleaved; medians.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compare, conditions, latency, quantile, table } from './measures.mjs';
import { Caller, startEcho, startHopledger } from './server.mjs';
import { fillWithTaintedVms, uuidIn } from './tainted-vms.mjs';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    calls: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '7' },
  },
});
const CALLS = Number(options.calls);
const ROUNDS = Number(options.rounds);
const WARM_UP = 10;
/** Of the calls before a server that is not there. */
const TIMEOUT_S = 2;
const KIT = resolve(import.meta.dirname, '../deploy/libvirt-host');

const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'hopledger-bench-'));
const caller = new Caller();
const about = { ...conditions(), folder, rounds: ROUNDS, callsPerRound: CALLS };
const results = {};
const servers = [];
/** Takes connections and never answers. */
const silent = createServer(() => undefined);
try {
  const fleet = await fillWithTaintedVms(folder, caller, 2 * (WARM_UP + CALLS * ROUNDS) + 10);
  about.eventsPerVm = fleet.events;
  const hopledger = await startHopledger(folder);
  const echo = await startEcho(folder);
  servers.push(hopledger, echo);
  await hopledger.ready();
  const left = fleet.uuids.values();
  for (const [operation, xml] of [
    ['migrate', fleet.migrateXml],
    ['started', fleet.startedXml],
  ]) {
    const round = (server, count) =>
      measure(
        server.url,
        operation,
        Array.from({ length: count }, () => uuidIn(xml, left.next().value)),
      );
    const sameRound = (server, count) =>
      measure(
        server.url,
        operation,
        Array.from({ length: count }, () => xml),
      );
    await round(hopledger, WARM_UP);
    await sameRound(echo, WARM_UP);
    const rounds = [];
    for (let number = 0; number < ROUNDS; number += 1)
      rounds.push({
        bare: latency(await sameRound(echo, CALLS)),
        hopledger: latency(await round(hopledger, CALLS)),
      });
    results[`${operation} begin, the script`] = compare(rounds);
  }
  await new Promise((done) => silent.listen(0, '127.0.0.1', done));
  about.withoutServer = {
    timeoutMs: TIMEOUT_S * 1000,
    refusedConnectionMs: await withoutServer('http://127.0.0.1:9', fleet.migrateXml),
    noAnswerMs: await withoutServer(`http://127.0.0.1:${silent.address().port}`, fleet.migrateXml),
  };
  about.loadAfter = loadavg()[0];
} finally {
  caller.close();
  silent.close();
  await Promise.all(servers.map((server) => server.end()));
  rmSync(folder, { recursive: true });
}

if (options.json) console.log(JSON.stringify({ conditions: about, results }, null, 2));
else {
  console.log('Calls of the hook script; bare = the same script before a server that echoes');
  table(results);
  for (const [name, value] of Object.entries(about)) console.log(`${name}: ${JSON.stringify(value)}`);
}

async function withoutServer(url, xml) {
  const { latenciesMs } = await measure(url, 'migrate', Array(5).fill(xml), 0);
  return Math.round(quantile(latenciesMs, 1));
}

/** One after the other, as libvirt calls for one VM. */
async function measure(url, operation, xmls, expected = operation === 'migrate' ? 1 : 0) {
  const root = mkdtempSync(join(folder, 'host-'));
  mkdirSync(join(root, 'etc/hopledger'), { recursive: true });
  writeFileSync(
    join(root, 'etc/hopledger/host.conf'),
    `server=${url}\nhost=hostb\ntimeout=${url.endsWith(':9') || expected === 0 ? TIMEOUT_S : 20}\nreport_timeout=20\n`,
  );
  const latenciesMs = [];
  const began = performance.now();
  for (const xml of xmls) {
    const started = performance.now();
    const out = await run(root, ['vm1', operation, 'begin', '-'], xml);
    latenciesMs.push(performance.now() - started);
    if (out.includes('<domain') !== (expected === 1))
      throw new Error(`${operation}: the script printed ${out.slice(0, 200)}`);
  }
  return { latenciesMs, perSecond: (1000 * xmls.length) / (performance.now() - began) };
}

function run(root, argv, xml) {
  return new Promise((done, fail) => {
    const env = {
      LC_ALL: 'C',
      HOME: '/',
      PATH: process.env.PATH,
      HOPLEDGER_HOST_ROOT: root,
      HOPLEDGER_HOST_LIB: join(KIT, 'lib'),
    };
    const child = spawn(join(KIT, 'hook/50-hopledger'), argv, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (piece) => (out += piece));
    child.stderr.on('data', (piece) => (err += piece));
    child.once('error', fail);
    child.once('close', (status) => (status === 0 ? done(out) : fail(new Error(err))));
    child.stdin.on('error', () => undefined).end(xml);
  });
}
