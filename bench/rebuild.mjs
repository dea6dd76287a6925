/**
 * Events folded into the views per second when they are built from zero, as a ratio to bare reading of the same SQLite
 * ledger (readAll, which parses the JSON of data and metadata). Then, live: from an acknowledged append until the views
 * show it.
 *
 *   npm run build && node bench/rebuild.mjs [--json] [--vms 5000] [--per-vm 20] [--rounds 3]
 *
 * BENCH_DIR chooses the disk, HOPLEDGER_DIST another build. Rounds of both are interleaved; medians.
 */
import { DatabaseSync } from '@photostructure/sqlite';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { fillLedger, uuidOf } from './rebuild-ledger.mjs';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    vms: { type: 'string', default: '5000' },
    'per-vm': { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
  },
});
const VMS = Number(options.vms);
const PER_VM = Number(options['per-vm']);
const ROUNDS = Number(options.rounds);
const LIVE_SAMPLES = 300;

const dist = pathToFileURL(`${resolve(process.env.HOPLEDGER_DIST ?? join(import.meta.dirname, '../dist'))}/`);
const load = async (file) => import(new URL(file, dist).href);
const { SqliteLedger } = await load('ledger/sqlite/sqlite-ledger.js');
const { loadCatalogue } = await load('catalogue/load.js');
const { HostRegistry } = await load('recording/host-registry.js');
const { openViews } = await load('views/sqlite-views.js');
const { Projector } = await load('views/projector.js');

const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'hopledger-bench-'));
const catalogue = loadCatalogue();
const median = (numbers) => quantile(numbers, 0.5);

function quantile(numbers, q) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(q * (numbers.length - 1))] ?? Number.NaN;
}

/** Per second of the clock, and of the processor: the second holds on a busy machine too. */
function stopwatch() {
  const start = performance.now();
  const before = process.cpuUsage();
  return (events) => {
    const perSecond = events / ((performance.now() - start) / 1000);
    const { user, system } = process.cpuUsage(before);
    return { perSecond, perCpuSecond: events / ((user + system) / 1e6) };
  };
}

async function readBare(ledger) {
  const stop = stopwatch();
  let events = 0;
  for await (const event of ledger.readAll('')) events += event.position === '' ? 0 : 1;
  return stop(events);
}

let files = 0;
async function build(ledger) {
  const hosts = new HostRegistry(ledger);
  await hosts.load();
  const path = join(folder, `views-${(files += 1)}.db`);
  const views = openViews({ path, catalogueRevision: catalogue.revision, ledger });
  const projector = new Projector({ ledger, views, hosts, catalogue });
  return { path, views, projector };
}

async function rebuild(ledger, events) {
  const { path, views, projector } = await build(ledger);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const stop = stopwatch();
  projector.start();
  await projector.caughtUp;
  const speed = stop(events);
  delay.disable();
  const fleet = views.fleet();
  const { count: failures } = views.failures();
  await projector.stop();
  views.close();
  if (fleet.vms !== VMS || failures > 0) throw new Error(`${fleet.vms} VMs of ${VMS}, ${failures} failures`);
  return {
    ...speed,
    tainted: fleet.tainted,
    loopP99Ms: delay.percentile(99) / 1e6,
    loopMaxMs: delay.max / 1e6,
    bytes: statSync(path).size,
  };
}

/** A reset of one VM after the other, each awaited until the views show it. */
async function live(ledger) {
  const { views, projector } = await build(ledger);
  projector.start();
  await projector.caughtUp;
  const times = [];
  for (let n = 0; n < LIVE_SAMPLES; n += 1) {
    const uuid = uuidOf(n % VMS);
    let last;
    for await (const event of ledger.readStream(`vm-${uuid}`)) last = event;
    const event = { ...last, id: randomUUID(), type: 'GuestReset' };
    event.data = { host: last.data.host, name: last.data.name, reason: null };
    const { position } = await ledger.append(last.stream, last.revision, [event]);
    const start = performance.now();
    if (!(await views.waitFor(position, 10_000))) throw new Error('not reached');
    times.push(performance.now() - start);
  }
  await projector.stop();
  views.close();
  return { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}

const conditions = {
  node: process.version,
  sqlite: new DatabaseSync(':memory:').prepare('SELECT sqlite_version() AS v').get().v,
  cpu: `${cpus().length} × ${cpus()[0]?.model}`,
  kernel: release(),
  folder,
  loadBefore: loadavg()[0],
  catalogue: `${catalogue.revision}, ${catalogue.behaviours.length} behaviours`,
  vms: VMS,
  rounds: ROUNDS,
};

let result;
try {
  const path = join(folder, 'ledger.db');
  const ledger = await SqliteLedger.open({ path });
  const events = await fillLedger(ledger, { vms: VMS, perVm: PER_VM });
  conditions.events = events;
  await readBare(ledger); // warm up: the file into the page cache
  conditions.bytesPerEvent = Math.round(statSync(path).size / events);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bare = await readBare(ledger);
    rounds.push({ bare, ...(await rebuild(ledger, events)) });
  }
  const of = (name) => median(rounds.map((round) => round[name]));
  result = {
    barePerSecond: Math.round(median(rounds.map(({ bare }) => bare.perSecond))),
    barePerCpuSecond: Math.round(median(rounds.map(({ bare }) => bare.perCpuSecond))),
    rebuildPerSecond: Math.round(of('perSecond')),
    rebuildPerCpuSecond: Math.round(of('perCpuSecond')),
    ratio: median(rounds.map(({ perSecond, bare }) => perSecond / bare.perSecond)),
    vmsPerSecond: Math.round(of('perSecond') * (VMS / events)),
    loopP99Ms: of('loopP99Ms'),
    loopMaxMs: of('loopMaxMs'),
    tainted: rounds[0].tainted,
    viewsBytesPerVm: Math.round(of('bytes') / VMS),
    live: await live(ledger),
  };
  conditions.loadAfter = loadavg()[0];
  await ledger.close();
} finally {
  rmSync(folder, { recursive: true });
}

if (options.json) {
  console.log(JSON.stringify({ conditions, result }, null, 2));
} else {
  console.log('Views built from zero; bare = readAll of the same ledger, JSON parsed, nothing done with it');
  console.table({
    'bare read, events/s': result.barePerSecond,
    'bare read, events per CPU second': result.barePerCpuSecond,
    'rebuild, events/s': result.rebuildPerSecond,
    'rebuild, events per CPU second': result.rebuildPerCpuSecond,
    'rebuild / bare': result.ratio.toFixed(2),
    'rebuild, VMs/s': result.vmsPerSecond,
    'event loop delay p99, ms': result.loopP99Ms.toFixed(1),
    'event loop delay max, ms': result.loopMaxMs.toFixed(1),
    'views.db, bytes per VM': result.viewsBytesPerVm,
    'tainted VMs': result.tainted,
    'live: acknowledged to visible p50, ms': result.live.p50Ms.toFixed(2),
    'live: acknowledged to visible p99, ms': result.live.p99Ms.toFixed(2),
  });
  for (const [name, value] of Object.entries(conditions)) console.log(`${name}: ${value}`);
}
