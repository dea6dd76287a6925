/**
 * The ledger in EventStoreDB: appends per second and events per second of catching up, as a ratio to the client as it is, on
 * the same server. The bare client appends by its default path (batch append), which the adapter does not use, and by the
 * one call for each append that it does use (`classic`); it reads `$all` through the same filter.
 *
 *   npm run build && node bench/eventstore.mjs [--json] [--rounds 5] [--appends 1500] [--events 6000]
 *
 * HOPLEDGER_TEST_EVENTSTORE names a real server; without it the server is the stand-in of test/eventstore, which keeps all
 * in memory, so that what is measured is the client, the adapter and gRPC. HOPLEDGER_DIST: another build. Rounds of both
 * are interleaved; medians.
 */
import { EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { conditions, median, quantile } from './measures.mjs';
import { startStandIn } from './stand-in.mjs';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    appends: { type: 'string', default: '1500' },
    events: { type: 'string', default: '6000' },
  },
});
const ROUNDS = Number(options.rounds);
const APPENDS = Number(options.appends);
const EVENTS = Number(options.events);
const CALLERS = [1, 32];
const PER_APPEND = 100;

const dist = pathToFileURL(`${resolve(process.env.HOPLEDGER_DIST ?? join(import.meta.dirname, '../dist'))}/`);
const { openLedger } = await import(new URL('ledger/open.js', dist).href);
const data = { vm: randomUUID(), machine: 'pc-q35-9.2', fill: 'x'.repeat(440) };
const metadata = { report: randomUUID(), source: 'libvirt-hook' };
const newEvent = () => ({ id: randomUUID(), type: 'MigrationFinished', data, metadata });

const real = process.env.HOPLEDGER_TEST_EVENTSTORE || undefined;
const standIn = real === undefined ? await startStandIn() : undefined;
const connection = real ?? standIn.connection;

/** As many as there are callers at one time, each to a stream of its own, each after the one before. */
async function appendRound(callers, append) {
  const latenciesMs = [];
  let left = APPENDS;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      const stream = `vm-${randomUUID()}`;
      for (let expected = 'no_stream'; left > 0;) {
        left -= 1;
        const before = performance.now();
        expected = await append(stream, expected);
        if (caller === 0) latenciesMs.push(performance.now() - before);
      }
    }),
  );
  const perSecond = APPENDS / ((performance.now() - start) / 1000);
  return { perSecond, p50Ms: quantile(latenciesMs, 0.5), p99Ms: quantile(latenciesMs, 0.99) };
}

async function readRound(events) {
  const start = performance.now();
  let count = 0;
  for await (const event of events) if (event && (count += 1) === EVENTS) break;
  return { perSecond: count / ((performance.now() - start) / 1000) };
}

const bare = EventStoreDBClient.connectionString(connection);
const namespace = `bench-${randomUUID()}`;
const ledger = await openLedger({ engine: 'eventstoredb', connection, namespace });
const byLedger = async (stream, expected) => (await ledger.append(stream, expected, [newEvent()])).revision;
const byClient = async (stream, expectedRevision) =>
  (await bare.appendToStream(stream, jsonEvent(newEvent()), { expectedRevision })).nextExpectedRevision;

/** Credentials of a call make the client use the classic path; without TLS it sends none. */
const credentials = real === undefined ? { username: 'none', password: 'none' } : credentialsOf(real);
const byClassic = async (stream, expectedRevision) =>
  (await bare.appendToStream(stream, jsonEvent(newEvent()), { expectedRevision, credentials }))
    .nextExpectedRevision;

function credentialsOf(text) {
  const [, username, password] = /:\/\/([^:@/]+):([^@/]+)@/.exec(text) ?? [];
  if (username === undefined) return { username: 'none', password: 'none' };
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

const results = { append: [], catchUp: undefined };
await appendRound(8, byLedger);
await appendRound(8, byClient);
for (const callers of CALLERS) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push({
      bare: await appendRound(callers, byClient),
      classic: await appendRound(callers, byClassic),
      ledger: await appendRound(callers, byLedger),
    });
  const of = (side, name) => median(rounds.map((round) => round[side][name]));
  results.append.push({
    callers,
    ledgerPerSecond: Math.round(of('ledger', 'perSecond')),
    barePerSecond: Math.round(of('bare', 'perSecond')),
    classicPerSecond: Math.round(of('classic', 'perSecond')),
    ratio: median(rounds.map((round) => round.ledger.perSecond / round.bare.perSecond)),
    classicRatio: median(rounds.map((round) => round.ledger.perSecond / round.classic.perSecond)),
    p50Ms: of('ledger', 'p50Ms'),
    p99Ms: of('ledger', 'p99Ms'),
  });
}

// A log of its own that the reading ledger has not followed while it grew: it reads it from the server.
const long = `bench-${randomUUID()}`;
const writer = await openLedger({ engine: 'eventstoredb', connection, namespace: long });
for (let event = 0; event < EVENTS; event += PER_APPEND)
  await writer.append(`vm-${randomUUID()}`, 'no_stream', Array.from({ length: PER_APPEND }, newEvent));
const head = await writer.head();
await writer.close();
const reader = await openLedger({ engine: 'eventstoredb', connection, namespace: long });
const bareRead = () =>
  bare.subscribeToAll({ filter: streamNameFilter({ prefixes: [`${long}:`], maxSearchWindow: 1000 }) });
const rounds = [];
for (let round = -1; round < ROUNDS; round += 1) {
  const one = { bare: await readRound(bareRead()), ledger: await readRound(reader.readAll('')) };
  if (round >= 0) rounds.push(one);
}
results.catchUp = {
  events: EVENTS,
  head,
  ledgerPerSecond: Math.round(median(rounds.map((one) => one.ledger.perSecond))),
  barePerSecond: Math.round(median(rounds.map((one) => one.bare.perSecond))),
  ratio: median(rounds.map((one) => one.ledger.perSecond / one.bare.perSecond)),
};
await reader.close();
await ledger.close();
await bare.dispose();
await standIn?.stop();

const under = {
  ...conditions(),
  server: real === undefined ? 'stand-in, in memory' : 'real',
  rounds: ROUNDS,
};
if (options.json) console.log(JSON.stringify({ conditions: under, results }, null, 2));
else {
  console.table(results.append);
  console.table([results.catchUp]);
  console.log(under);
}
process.exit(0);
