/**
 * All benchmarks, one after the other, and what they found as a Markdown table with its conditions on stdout. Progress goes
 * to stderr. The ratios are what to compare: both sides of each ran in turn on the same machine.
 *
 *   npm run bench [-- --only append|eventstore|rebuild|memory|plan|hook|hook-script|graphql]
 *
 * BENCH_DIR chooses the disk, HOPLEDGER_DIST another build.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, release, tmpdir } from 'node:os';
import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DatabaseSync } from '@photostructure/sqlite';

const ms = (number) => `${number.toFixed(2)} ms`;
const perSecond = (number) => `${Math.round(number).toLocaleString('en')}/s`;
const times = (number) => number.toFixed(number < 10 ? 2 : 1);
const overHttp = ({ results }) =>
  Object.entries(results).map(([name, { hopledger, bare, ratio }]) => ({
    what: name,
    hopledger: `p50 ${ms(hopledger.p50Ms)}, p99 ${ms(hopledger.p99Ms)}, ${perSecond(hopledger.perSecond)}`,
    bare: `Fastify route: p50 ${ms(bare.p50Ms)}, p99 ${ms(bare.p99Ms)}, ${perSecond(bare.perSecond)}`,
    ratio: `p50 × ${times(ratio.p50)}, p99 × ${times(ratio.p99)}, throughput × ${times(ratio.perSecond)}`,
  }));

/** Each benchmark, and how the rows of the table are told from its JSON. */
const BENCHMARKS = {
  append: ({ results }) =>
    results.map(({ callers, ledgerPerSecond, barePerSecond, ratio, p50Ms, p99Ms }) => ({
      what: `durable appends, ${callers} at a time`,
      hopledger: `${perSecond(ledgerPerSecond)}, p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}`,
      bare: `SQLite with group commit: ${perSecond(barePerSecond)}`,
      ratio: `throughput × ${times(ratio)}`,
    })),
  eventstore: ({ results: { append, catchUp }, conditions: { server } }) => [
    ...append.map(({ callers, p50Ms, p99Ms, ...one }) => ({
      what: `appends to EventStoreDB (${server}), ${callers} at a time`,
      hopledger: `${perSecond(one.ledgerPerSecond)}, p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}`,
      bare: `its client, one call each: ${perSecond(one.classicPerSecond)}; batch append: ${perSecond(one.barePerSecond)}`,
      ratio: `throughput × ${times(one.classicRatio)}; × ${times(one.ratio)}`,
    })),
    {
      what: `catching up from EventStoreDB (${server}), events`,
      hopledger: perSecond(catchUp.ledgerPerSecond),
      bare: `its client, same filter: ${perSecond(catchUp.barePerSecond)}`,
      ratio: `throughput × ${times(catchUp.ratio)}`,
    },
  ],
  rebuild: ({ result }) => [
    {
      what: 'views built from zero, events',
      hopledger: perSecond(result.rebuildPerSecond),
      bare: `reading the ledger: ${perSecond(result.barePerSecond)}`,
      ratio: `throughput × ${times(result.ratio)}`,
    },
    {
      what: 'from acknowledged to visible in the views',
      hopledger: `p50 ${ms(result.live.p50Ms)}, p99 ${ms(result.live.p99Ms)}`,
      bare: '',
      ratio: '',
    },
  ],
  memory: ({ result: { growthMibPer100kVms: growth } }) => [
    {
      what: 'memory of the views, for each 100,000 VMs more',
      hopledger: `heap ${growth.heap.toFixed(1)} MiB, RSS ${growth.rss.toFixed(1)} MiB, file ${growth.file.toFixed(1)} MiB`,
      bare: '',
      ratio: '',
    },
  ],
  plan: ({ result: { fleet, preflight, derivation } }) => [
    {
      what: `preflight of ${fleet.vms.toLocaleString('en')} VMs, nothing judged before`,
      hopledger: `${ms(preflight.firstMs)}, ${perSecond(preflight.verdictsPerSecond).replace('/s', ' verdicts/s')}, heap + ${preflight.heapMib.toFixed(0)} MiB`,
      bare: `a loop over the same rows: ${ms(preflight.bareMs)}`,
      ratio: `time × ${times(preflight.ratio)}`,
    },
    {
      what: 'the same again',
      hopledger: ms(preflight.againMs),
      bare: `a loop over the same rows: ${ms(preflight.bareMs)}`,
      ratio: `time × ${times(preflight.ratioAgain)}`,
    },
    ...derivation.map(({ what, ms: took, bareMs, ratio, rowsChanged }) => ({
      what,
      hopledger: `${ms(took)}, ${rowsChanged.toLocaleString('en')} rows written`,
      bare: `a loop over the same rows: ${ms(bareMs)}`,
      ratio: `time × ${times(ratio)}`,
    })),
  ],
  hook: overHttp,
  'hook-script': ({ results, conditions: { withoutServer: without } }) => [
    ...Object.entries(results).map(([what, { hopledger, bare, ratio }]) => ({
      what,
      hopledger: `p50 ${ms(hopledger.p50Ms)}, p99 ${ms(hopledger.p99Ms)}`,
      bare: `before a server that echoes: p50 ${ms(bare.p50Ms)}, p99 ${ms(bare.p99Ms)}`,
      ratio: `p50 × ${times(ratio.p50)}, p99 × ${times(ratio.p99)}`,
    })),
    {
      what: `migrate begin, the script, no answer within ${without.timeoutMs} ms`,
      hopledger: `goes on after ${ms(without.noAnswerMs)}; connection refused: ${ms(without.refusedConnectionMs)}`,
      bare: '',
      ratio: '',
    },
  ],
  graphql: overHttp,
};

const { values: options } = parseArgs({ options: { only: { type: 'string' } } });
if (options.only !== undefined && !Object.hasOwn(BENCHMARKS, options.only)) {
  process.stderr.write(`no benchmark ${options.only}; there are: ${Object.keys(BENCHMARKS).join(', ')}\n`);
  process.exit(2);
}
const chosen = Object.entries(BENCHMARKS).filter(
  ([name]) => options.only === undefined || name === options.only,
);

async function run(name) {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.mjs`), '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (piece) => (output += piece));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${name} failed with ${code}`);
  return JSON.parse(output);
}

/** Kinds of file systems that Linux gives numbers; what a sync costs depends on them. */
const FILE_SYSTEMS = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'XFS'],
  [0x9123683e, 'Btrfs'],
  [0x2fc12fc1, 'ZFS'],
  [0x794c7630, 'overlay'],
  [0x01021994, 'tmpfs (not a disk: syncs cost nothing)'],
]);

function conditionsOf(reports) {
  const folder = process.env.BENCH_DIR ?? tmpdir();
  const { type } = statfsSync(folder);
  const loads = reports.map(({ conditions }) => conditions.loadBefore);
  const sync = reports.find(({ conditions }) => conditions.fdatasyncMs !== undefined)?.conditions.fdatasyncMs;
  const { v: sqlite } = new DatabaseSync(':memory:').prepare('SELECT sqlite_version() AS v').get();
  return {
    date: new Date().toISOString().slice(0, 10),
    CPU: `${cpus().length} cores, ${cpus()[0]?.model.trim()}`,
    kernel: release(),
    Node: process.version,
    SQLite: sqlite,
    disk: `${FILE_SYSTEMS.get(type) ?? `file system 0x${type.toString(16)}`} (${folder})${sync === undefined ? '' : `, fdatasync ${ms(sync)}`}`,
    'load when each began': loads.map((load) => load.toFixed(1)).join(', '),
  };
}

const reports = [];
const rows = [];
for (const [name, rowsOf] of chosen) {
  process.stderr.write(`▶ ${name}\n`);
  const begin = performance.now();
  const report = await run(name);
  process.stderr.write(`✔ ${name} (${((performance.now() - begin) / 1000).toFixed(0)} s)\n`);
  reports.push(report);
  rows.push(...rowsOf(report));
}
console.log('| what | hopledger | bare, in the same run | ratio |\n| --- | --- | --- | --- |');
for (const { what, hopledger, bare, ratio } of rows)
  console.log(`| ${what} | ${hopledger} | ${bare} | ${ratio} |`);
console.log();
for (const [name, value] of Object.entries(conditionsOf(reports))) console.log(`- ${name}: ${value}`);
