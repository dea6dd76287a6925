/**
 * Questions about a whole fleet: `preflight` over a million VMs, and what a revision of the catalogue costs over the same
 * views. The fleet is written straight into the views file: each VM is a copy of one of the VMs that a real projector
 * built from the synthetic ledger of `rebuild-ledger.mjs`, under a UUID of its own, so that all columns, indexes and shapes
 * are as a projector writes them. VMs of one history share it, as they do in a fleet; how many histories there are is said.
 *
 *   npm run build && node --expose-gc bench/plan.mjs [--json] [--vms 1000000] [--born 4000] [--variety 500] [--rounds 3]
 *
 * `--born`: VMs that are projected from a ledger; `--variety`: ways in which they are launched, each with four machine types. The bare side of each measure is a loop
 * over the same rows in the same file: read the VM's state number, count it.
 */
import { DatabaseSync } from '@photostructure/sqlite';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { conditions, median } from './measures.mjs';
import { fillLedger } from './rebuild-ledger.mjs';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    vms: { type: 'string', default: '1000000' },
    born: { type: 'string', default: '4000' },
    variety: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
  },
});
const VMS = Number(options.vms);
const BORN = Number(options.born);
const VARIETY = Number(options.variety);
const ROUNDS = Number(options.rounds);
const PER_VM = 20;
const COPIES_AT_ONCE = 20_000;
const MIB = 1024 * 1024;

const dist = pathToFileURL(`${resolve(process.env.HOPLEDGER_DIST ?? join(import.meta.dirname, '../dist'))}/`);
const load = async (file) => import(new URL(file, dist).href);
const { SqliteLedger } = await load('ledger/sqlite/sqlite-ledger.js');
const { loadCatalogue } = await load('catalogue/load.js');
const { HostRegistry } = await load('recording/host-registry.js');
const { VmReader } = await load('recording/vm-reader.js');
const { openViews } = await load('views/sqlite-views.js');
const { Projector } = await load('views/projector.js');
const { Preflight, PreflightHandler } = await load('views/queries/plan/preflight.js');
const { ListVmsInStates, ListVmsInStatesHandler } = await load('views/queries/plan/list-guests.js');
const { StateJudge } = await load('views/queries/plan/state-judge.js');

const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'hopledger-bench-'));
const path = join(folder, 'views.db');
const bundled = loadCatalogue();
const progress = (text) => process.stderr.write(`  ${text}\n`);

const timed = async (work) => {
  const begin = performance.now();
  const result = await work();
  return { ms: performance.now() - begin, result };
};

async function built(ledger, catalogue) {
  const hosts = new HostRegistry(ledger);
  await hosts.load();
  const views = openViews({ path, catalogueRevision: catalogue.revision, ledger });
  const projector = new Projector({ ledger, views, hosts, catalogue });
  projector.start();
  await projector.caughtUp;
  return { views, hosts, projector, reader: new VmReader(ledger, hosts, catalogue) };
}

/** Copies rows until there are so many. UUIDs of copies come after the originals' and in order, or it would take long. */
function multiply() {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144');
  const originals = db
    .prepare('SELECT uuid FROM vm ORDER BY uuid')
    .all()
    .map(({ uuid }) => uuid);
  const columns = db
    .prepare("SELECT name FROM pragma_table_info('vm') WHERE name <> 'uuid'")
    .all()
    .map(({ name }) => name)
    .join(', ');
  const copies = [
    `INSERT INTO vm (uuid, ${columns}) SELECT ?, ${columns} FROM vm WHERE uuid = ?`,
    'INSERT INTO vm_behaviour (uuid, behaviour, status) SELECT ?, behaviour, status FROM vm_behaviour WHERE uuid = ?',
    'INSERT INTO vm_host (uuid, host) SELECT ?, host FROM vm_host WHERE uuid = ?',
    `INSERT INTO saved_state (uuid, ordinal, id, saved_at, host)
     SELECT ?, ordinal, id, saved_at, host FROM saved_state WHERE uuid = ?`,
  ].map((sql) => db.prepare(sql));
  for (let n = originals.length; n < VMS; n += COPIES_AT_ONCE) {
    db.exec('BEGIN');
    for (let k = n; k < Math.min(n + COPIES_AT_ONCE, VMS); k += 1) {
      const hex = k.toString(16).padStart(12, '0');
      const uuid = `ffffffff-0000-4000-8000-${hex}`;
      for (const copy of copies) copy.run(uuid, originals[k % originals.length]);
    }
    db.exec('COMMIT');
  }
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const one = (sql) => Object.values(db.prepare(sql).get())[0];
  const counts = {
    vms: one('SELECT count(*) FROM vm'),
    running: one("SELECT count(*) FROM vm WHERE state IN ('running', 'migrating')"),
    histories: one('SELECT count(*) FROM history_shape'),
    states: one('SELECT count(*) FROM state_shape'),
  };
  db.close();
  return counts;
}

/** The least that a question about every VM can do. */
function bareLoop() {
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = db.prepare('SELECT uuid, history_shape FROM vm');
  const counts = new Map();
  for (const { history_shape: shape } of rows.iterate()) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  db.close();
  return counts.size;
}

/** The same facts but one rule: what a release of new facts looks like. `ids` of behaviours that are gone with it. */
const revised = (revision, gone) => ({
  ...bundled,
  revision,
  behaviours: bundled.behaviours.filter(({ id }) => !gone.includes(id)),
});

async function preflights(stand) {
  const { views, hosts, reader } = stand;
  const target = (version) => ({ build: { version, package: null }, hosts: [] });
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    globalThis.gc?.();
    const before = process.memoryUsage();
    // A judge that knows no answer yet, as after a start.
    const judge = new StateJudge(reader, views);
    const handler = new PreflightHandler(judge, reader, hosts, views);
    const first = await timed(() => handler.execute(new Preflight(target('11.1.3'), null, null)));
    const again = await timed(() => handler.execute(new Preflight(target('11.1.3'), null, null)));
    const after = process.memoryUsage();
    const bare = await timed(bareLoop);
    const [group] = first.result.groups;
    const lister = new ListVmsInStatesHandler(views);
    const asked = { states: group?.states ?? [], on: null, first: 100, after: null };
    const page = await timed(() => lister.execute(new ListVmsInStates(asked)));
    rounds.push({
      firstMs: first.ms,
      againMs: again.ms,
      bareMs: bare.ms,
      pageMs: page.ms,
      heapMib: (after.heapUsed - before.heapUsed) / MIB,
      rssMib: after.rss / MIB,
      verdictsPerSecond: (first.result.states / first.ms) * 1000,
      judged: first.result.states,
      verdicts: first.result.verdicts,
      groups: first.result.groups.length,
    });
  }
  return rounds;
}

const ledger = await SqliteLedger.open({ path: join(folder, 'ledger.db') });
try {
  const begun = conditions();
  progress(`${BORN} VMs recorded and projected`);
  await fillLedger(ledger, { vms: BORN, perVm: PER_VM, variety: VARIETY });
  const first = await built(ledger, bundled);
  await first.projector.stop();
  first.views.close();
  progress(`copied to ${VMS} VMs`);
  const fleet = multiply();

  progress('preflight');
  const stand = await built(ledger, bundled);
  const rounds = await preflights(stand);
  await stand.projector.stop();
  stand.views.close();

  const derivation = [];
  const gone = bundled.behaviours.find(({ id }) => id === 'pcie-err-unc-mask')?.id;
  for (const [what, catalogue] of [
    ['a revision that changes no taint', { ...bundled, revision: 'other' }],
    ['a revision that takes a taint away', revised('without', [gone])],
    ['a revision that brings a taint', bundled],
  ]) {
    progress(what);
    let changed = 0;
    const { ms } = await timed(async () => {
      const hosts = new HostRegistry(ledger);
      await hosts.load();
      const views = openViews({ path, catalogueRevision: catalogue.revision, ledger });
      views.onChange(({ uuids }) => (changed += uuids.length));
      const projector = new Projector({ ledger, views, hosts, catalogue });
      projector.start();
      await projector.caughtUp;
      await projector.stop();
      views.close();
    });
    const bare = await timed(bareLoop);
    derivation.push({ what, ms, bareMs: bare.ms, ratio: ms / bare.ms, rowsChanged: changed });
  }

  const of = (name) => median(rounds.map((round) => round[name]));
  const result = {
    fleet,
    viewsBytes: statSync(path).size,
    preflight: {
      firstMs: of('firstMs'),
      againMs: of('againMs'),
      bareMs: of('bareMs'),
      pageMs: of('pageMs'),
      ratio: median(rounds.map(({ firstMs, bareMs }) => firstMs / bareMs)),
      ratioAgain: median(rounds.map(({ againMs, bareMs }) => againMs / bareMs)),
      verdictsPerSecond: of('verdictsPerSecond'),
      heapMib: of('heapMib'),
      rssMib: of('rssMib'),
      judged: rounds[0].judged,
      verdicts: rounds[0].verdicts,
      groups: rounds[0].groups,
    },
    derivation,
  };
  if (options.json) console.log(JSON.stringify({ conditions: begun, result }, null, 2));
  else {
    console.table(fleet);
    console.table({ preflight: { ...result.preflight, verdicts: undefined } });
    console.table(result.preflight.verdicts);
    console.table(derivation);
    for (const [name, value] of Object.entries(begun)) console.log(`${name}: ${value}`);
  }
} finally {
  await ledger.close();
  rmSync(folder, { recursive: true });
}
