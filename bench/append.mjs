/**
 * Durable appends per second through the SQLite ledger, as a ratio to bare SQLite with group commit of the same rows:
 * the same table, one prepared INSERT, as many rows per transaction as there are callers, no checks, no other thread.
 *
 *   npm run build && node bench/append.mjs [--json] [--rounds 5] [--seconds 1]
 *
 * BENCH_DIR chooses the disk, HOPLEDGER_DIST another build. Rounds of both are interleaved, each on a new file; medians.
 */
import { DatabaseSync } from '@photostructure/sqlite';
import { randomUUID } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
  },
});
const ROUNDS = Number(options.rounds);
const SECONDS = Number(options.seconds);
const CALLERS = [1, 10, 100];

const dist = pathToFileURL(`${resolve(process.env.HOPLEDGER_DIST ?? join(import.meta.dirname, '../dist'))}/`);
const { SqliteLedger } = await import(new URL('ledger/sqlite/sqlite-ledger.js', dist).href);
const { openForWriting } = await import(new URL('ledger/sqlite/connection.js', dist).href);

const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'hopledger-bench-'));
const data = { vm: randomUUID(), machine: 'pc-q35-9.2', fill: 'x'.repeat(440) };
const metadata = { report: randomUUID(), source: 'libvirt-hook' };
const dataText = JSON.stringify(data);
const metadataText = JSON.stringify(metadata);

async function ledgerRound(path, callers) {
  const ledger = await SqliteLedger.open({ path });
  const latenciesMs = [];
  let appended = 0;
  const start = performance.now();
  const end = start + SECONDS * 1000;
  const call = async (_, caller) => {
    const stream = `vm-${randomUUID()}`;
    let expected = 'no_stream';
    for (let now = performance.now(); now < end;) {
      const event = { id: randomUUID(), type: 'MigrationFinished', data, metadata };
      expected = (await ledger.append(stream, expected, [event])).revision;
      const answered = performance.now();
      if (caller === 0) latenciesMs.push(answered - now);
      now = answered;
      appended += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  const perSecond = appended / ((performance.now() - start) / 1000);
  await ledger.close();
  return { perSecond, p50Ms: quantile(latenciesMs, 0.5), p99Ms: quantile(latenciesMs, 0.99) };
}

function bareRound(path, callers) {
  const db = openForWriting(path);
  const insert = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const streams = Array.from({ length: callers }, () => `vm-${randomUUID()}`);
  let position = 0;
  const start = performance.now();
  const end = start + SECONDS * 1000;
  for (let revision = 0; performance.now() < end; revision += 1) {
    db.exec('BEGIN IMMEDIATE');
    for (const stream of streams) {
      position += 1;
      insert.run(
        position,
        stream,
        revision,
        randomUUID(),
        'MigrationFinished',
        dataText,
        metadataText,
        Date.now(),
      );
    }
    db.exec('COMMIT');
  }
  const perSecond = position / ((performance.now() - start) / 1000);
  db.close();
  return { perSecond };
}

/** What the disk needs for one sync: the floor of a single append. */
function syncMs() {
  const fd = openSync(join(folder, 'sync'), 'w');
  const times = Array.from({ length: 200 }, () => {
    writeSync(fd, dataText);
    const start = performance.now();
    fdatasyncSync(fd);
    return performance.now() - start;
  });
  closeSync(fd);
  return quantile(times, 0.5);
}

function quantile(numbers, q) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(q * (numbers.length - 1))] ?? Number.NaN;
}

const median = (numbers) => quantile(numbers, 0.5);
const conditions = {
  node: process.version,
  sqlite: new DatabaseSync(':memory:').prepare('SELECT sqlite_version() AS v').get().v,
  cpu: `${cpus().length} × ${cpus()[0]?.model}`,
  kernel: release(),
  folder,
  eventBytes: dataText.length + metadataText.length,
  loadBefore: loadavg()[0],
  fdatasyncMs: syncMs(),
  rounds: ROUNDS,
  secondsPerRound: SECONDS,
};

const results = [];
let files = 0;
const newFile = () => join(folder, `${(files += 1)}.db`);
try {
  await ledgerRound(newFile(), 100); // warm up both
  bareRound(newFile(), 100);
  for (const callers of CALLERS) {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const bare = bareRound(newFile(), callers);
      rounds.push({ bare, ledger: await ledgerRound(newFile(), callers) });
    }
    results.push({
      callers,
      ledgerPerSecond: Math.round(median(rounds.map(({ ledger }) => ledger.perSecond))),
      barePerSecond: Math.round(median(rounds.map(({ bare }) => bare.perSecond))),
      ratio: median(rounds.map(({ ledger, bare }) => ledger.perSecond / bare.perSecond)),
      p50Ms: median(rounds.map(({ ledger }) => ledger.p50Ms)),
      p99Ms: median(rounds.map(({ ledger }) => ledger.p99Ms)),
    });
  }
} finally {
  rmSync(folder, { recursive: true });
}

if (options.json) {
  console.log(JSON.stringify({ conditions, results }, null, 2));
} else {
  console.log(
    'Durable appends, one event each (WAL, synchronous=FULL); bare = SQLite in this thread, no checks',
  );
  console.table(
    results.map(({ callers, ledgerPerSecond, barePerSecond, ratio, p50Ms, p99Ms }) => ({
      callers,
      'ledger/s': ledgerPerSecond,
      'bare/s': barePerSecond,
      ratio: ratio.toFixed(2),
      'p50 ms': p50Ms.toFixed(2),
      'p99 ms': p99Ms.toFixed(2),
    })),
  );
  for (const [name, value] of Object.entries(conditions)) console.log(`${name}: ${value}`);
}
