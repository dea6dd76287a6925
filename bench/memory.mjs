/**
 * Memory that the views and their projector take, and how it grows with the VMs. Two fleets, one twice the other; each is
 * read from its ledger in a process of its own, that does nothing else. What does not depend on the VMs (the program, the
 * catalogue, SQLite's cache, the histories kept up to their bound) is in both and so in no difference. RSS at most is
 * garbage on the way for the most part: --old-space 64 gives the process that many MiB of heap and no more.
 *
 *   npm run build && node bench/memory.mjs [--json] [--vms 20000] [--per-vm 8] [--old-space MIB]
 *
 * BENCH_DIR chooses the disk, HOPLEDGER_DIST another build.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { fillLedger } from './rebuild-ledger.mjs';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    vms: { type: 'string', default: '20000' },
    'per-vm': { type: 'string', default: '8' },
    'old-space': { type: 'string' },
    /** For the processes that this one starts. */
    step: { type: 'string' },
    folder: { type: 'string' },
  },
});
const VMS = Number(options.vms);
const PER_VM = Number(options['per-vm']);
const MIB = 1024 * 1024;

const dist = pathToFileURL(`${resolve(process.env.HOPLEDGER_DIST ?? join(import.meta.dirname, '../dist'))}/`);
const load = async (file) => import(new URL(file, dist).href);
const openLedger = async (folder) => {
  const { SqliteLedger } = await load('ledger/sqlite/sqlite-ledger.js');
  return SqliteLedger.open({ path: join(folder, 'ledger.db') });
};

async function fill(folder) {
  const ledger = await openLedger(folder);
  await fillLedger(ledger, { vms: VMS, perVm: PER_VM });
  await ledger.close();
}

async function measure(folder) {
  const { loadCatalogue } = await load('catalogue/load.js');
  const { HostRegistry } = await load('recording/host-registry.js');
  const { openViews } = await load('views/sqlite-views.js');
  const { Projector } = await load('views/projector.js');
  const ledger = await openLedger(folder);
  const catalogue = loadCatalogue();
  const hosts = new HostRegistry(ledger);
  await hosts.load();
  const before = await settled();
  let peakRss = 0;
  const watch = setInterval(() => (peakRss = Math.max(peakRss, process.memoryUsage.rss())), 100);

  const path = join(folder, 'views.db');
  const views = openViews({ path, catalogueRevision: catalogue.revision, ledger });
  const projector = new Projector({ ledger, views, hosts, catalogue });
  projector.start();
  await projector.caughtUp;
  const start = performance.now();
  const { vms } = views.fleet();
  const fleetMs = performance.now() - start;
  const pageStart = performance.now();
  views.vms({ name: 'no such name' }, 100, null);
  const scanMs = performance.now() - pageStart;
  clearInterval(watch);
  const after = await settled();
  await projector.stop();
  const fileBytes = statSync(path).size;
  views.close();
  await ledger.close();
  console.log(JSON.stringify({ vms, before, after, peakRss, fileBytes, fleetMs, scanMs }));
}

async function settled() {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc();
    await setTimeout(100);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heapUsed, external };
}

function run(step, vms, folder) {
  const limit = options['old-space'] === undefined ? [] : [`--max-old-space-size=${options['old-space']}`];
  const args = ['--expose-gc', ...limit, import.meta.filename, '--step', step, '--folder', folder];
  args.push('--vms', String(vms), '--per-vm', String(PER_VM));
  return execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function compare() {
  const conditions = {
    node: process.version,
    cpu: `${cpus().length} × ${cpus()[0]?.model}`,
    kernel: release(),
    loadBefore: loadavg()[0],
    eventsPerVm: PER_VM,
    scaled: `measured at ${VMS / 2} and ${VMS} VMs; growth given for 100,000`,
  };
  const fleets = [VMS / 2, VMS].map((vms) => {
    const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'hopledger-bench-'));
    try {
      run('fill', vms, folder);
      return JSON.parse(run('measure', vms, folder));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  const [small, large] = fleets;
  const growth = (of) => (((of(large) - of(small)) / (large.vms - small.vms)) * 100_000) / MIB;
  const result = {
    fleets,
    growthMibPer100kVms: {
      heap: growth(({ after }) => after.heapUsed + after.external),
      rss: growth(({ after }) => after.rss),
      file: growth(({ fileBytes }) => fileBytes),
    },
  };
  if (options.json) {
    console.log(JSON.stringify({ conditions, result }, null, 2));
    return;
  }
  const mib = (bytes) => (bytes / MIB).toFixed(1);
  const row = ({ before, after, peakRss, fileBytes, fleetMs, scanMs }) => ({
    'heap before': mib(before.heapUsed + before.external),
    'heap after': mib(after.heapUsed + after.external),
    'RSS before': mib(before.rss),
    'RSS after': mib(after.rss),
    'RSS at most': mib(peakRss),
    'views.db': mib(fileBytes),
    'fleet(), ms': fleetMs.toFixed(1),
    'name scan, ms': scanMs.toFixed(1),
  });
  console.log('Memory of views and projector, MiB, after a rebuild and garbage collection');
  console.table(Object.fromEntries(fleets.map((fleet) => [`${fleet.vms} VMs`, row(fleet)])));
  const { heap, rss, file } = result.growthMibPer100kVms;
  console.log('Growth per 100,000 VMs, MiB');
  console.table({ heap: heap.toFixed(1), RSS: rss.toFixed(1), file: file.toFixed(1) });
  for (const [name, value] of Object.entries(conditions)) console.log(`${name}: ${value}`);
}

if (options.step === 'fill') await fill(options.folder);
else if (options.step === 'measure') await measure(options.folder);
else compare();
