import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openEventStoreDB } from '../../src/ledger/eventstoredb/open.js';
import { LedgerError } from '../../src/ledger/errors.js';
import {
  START,
  type Appended,
  type Expected,
  type Ledger,
  type NewEvent,
  type StoredEvent,
  type StreamName,
} from '../../src/ledger/port.js';

const asked = process.env['HOPLEDGER_TEST_APPENDS'];
/** Appends under each fault, of which there are about twenty. `npm run test:eventstore:full` makes 10,000 under each. */
export const APPENDS = Number(asked ?? 600);
/** How long a test of so many may take on a machine that has much else to do. */
export const PATIENCE_MS = 60_000 + 120 * APPENDS;
const STREAMS = 40;
const WRITERS = 12;
const APPEND_TIMEOUT_MS = 8_000;
/** What a busy machine may add to a deadline before its timer runs. */
export const SLACK_MS = 2_000;

export interface Replica {
  readonly ledger: Ledger;
  /** All that its subscriber saw, in the order in which it saw it. */
  readonly seen: StoredEvent[];
  close(): Promise<void>;
}

/** What a caller meets who does nothing wrong. */
const MAY_PASS = ['WRONG_REVISION', 'UNKNOWN_OUTCOME', 'OVERLOADED', 'LEDGER_UNAVAILABLE'];

/** Impatient, so that a fault costs a test tenths of seconds. */
const TIMINGS = { attemptMs: 300, readMs: 10_000, stallMs: 400, retryMs: { least: 5, most: 150 } };

/** A hopledger as far as the ledger goes: it appends, and follows the log from its start. */
export async function startReplica(connection: string, namespace: string): Promise<Replica> {
  const ledger = await openEventStoreDB({
    connection,
    namespace,
    timings: TIMINGS,
    limits: { appendTimeoutMs: APPEND_TIMEOUT_MS },
  });
  const seen: StoredEvent[] = [];
  const ending = new AbortController();
  const following = (async () => {
    for await (const delivery of ledger.subscribe(START, { signal: ending.signal }))
      if (delivery.kind === 'event') seen.push(delivery.event);
  })();
  return {
    ledger,
    seen,
    close: async () => {
      ending.abort();
      await following;
      await ledger.close();
    },
  };
}

interface Acknowledged {
  readonly stream: StreamName;
  readonly ids: readonly string[];
  readonly appended: Appended;
}

export interface Load {
  readonly acknowledged: readonly Acknowledged[];
  /** How long the longest call took, of each kind. */
  readonly longestMs: { readonly append: number; readonly read: number };
  /** Codes of the refusals on the way, with how often. */
  readonly refusals: ReadonlyMap<string, number>;
}

/** Writers of all replicas append to the same streams, read on when another was faster, and send again what is not known. */
export async function load(replicas: readonly Replica[], appends = APPENDS): Promise<Load> {
  const streams = Array.from({ length: STREAMS }, () => `vm-${randomUUID()}` as StreamName);
  const acknowledged: Acknowledged[] = [];
  /** Where writers believe a stream to end; each replica's belief is often old. */
  const believed = replicas.map(() => new Map<StreamName, Expected>());
  const refusals = new Map<string, number>();
  let begun = 0;
  const longestMs = { append: 0, read: 0 };
  const startedMs = performance.now();
  const timed = async <T>(kind: 'append' | 'read', call: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    try {
      return await call();
    } finally {
      longestMs[kind] = Math.max(longestMs[kind], performance.now() - startedAt);
    }
  };
  const codeOf = (error: unknown): string => {
    if (!(error instanceof LedgerError) || !MAY_PASS.includes(error.code)) throw error;
    refusals.set(error.code, (refusals.get(error.code) ?? 0) + 1);
    return error.code;
  };

  const write = async ({ ledger }: Replica, ends: Map<StreamName, Expected>): Promise<void> => {
    while (begun < appends) {
      const stream = streams[(begun += 1) % STREAMS] ?? streams[0];
      if (stream === undefined) throw new Error('no streams');
      const events = newEvents(1 + (begun % 3));
      let expected = ends.get(stream) ?? 'no_stream';
      for (let refused = false; ;) {
        try {
          if (refused) expected = await timed('read', () => endOf(ledger, stream, ends.get(stream)));
          refused = false;
          const at = expected;
          const appended = await timed('append', () => ledger.append(stream, at, events));
          ends.set(stream, appended.revision);
          acknowledged.push({ stream, ids: events.map(({ id }) => id), appended });
          break;
        } catch (error) {
          // Of unknown outcome, or not sent: the very same again. Else read on, and decide anew.
          refused ||= codeOf(error) === 'WRONG_REVISION';
        }
      }
    }
  };
  await Promise.all(
    replicas.flatMap((replica, index) =>
      Array.from({ length: WRITERS }, () =>
        write(replica, believed[index] ?? new Map<StreamName, Expected>()),
      ),
    ),
  );
  const done = { acknowledged, longestMs, refusals };
  if (asked !== undefined) tell(done, performance.now() - startedMs);
  return done;
}

/** For a run whose figures are to be written down. */
function tell({ acknowledged, longestMs, refusals }: Load, tookMs: number): void {
  const events = acknowledged.reduce((sum, { ids }) => sum + ids.length, 0);
  const refused = [...refusals].map(([code, count]) => `${code} ${count}`).join(', ') || 'none';
  process.stdout.write(
    `${expect.getState().currentTestName}: ${acknowledged.length} appends, ${events} events in ` +
      `${(tookMs / 1000).toFixed(1)} s; longest append ${(longestMs.append / 1000).toFixed(2)} s, read ${(longestMs.read / 1000).toFixed(2)} s; refusals on the way: ${refused}\n`,
  );
}

/** What must hold after every fault. `verifier` reads without any. */
export async function expectNothingLost(verifier: Ledger, replicas: readonly Replica[], done: Load) {
  const log: StoredEvent[] = [];
  for await (const event of verifier.readAll(START)) log.push(event);
  const byId = new Map(log.map((event) => [event.id, event]));
  expect(byId.size).toBe(log.length);

  const next = new Map<string, bigint>();
  for (const { stream, revision } of log) {
    expect(revision).toBe(next.get(stream) ?? 0n);
    next.set(stream, revision + 1n);
  }
  for (const { stream, ids, appended } of done.acknowledged) {
    const first = appended.revision - BigInt(ids.length - 1);
    expect(ids.map((id) => [byId.get(id)?.stream, byId.get(id)?.revision])).toEqual(
      ids.map((_, index) => [stream, first + BigInt(index)]),
    );
    expect(byId.get(ids.at(-1) ?? '')?.position).toBe(appended.position);
  }
  expect(done.longestMs.append).toBeLessThan(APPEND_TIMEOUT_MS + SLACK_MS);
  expect(done.longestMs.read).toBeLessThan(TIMINGS.readMs + TIMINGS.attemptMs + SLACK_MS);

  const last = log.at(-1)?.position ?? START;
  for (const { seen } of replicas) {
    await until(() => (seen.at(-1)?.position ?? START) >= last);
    expect(seen.map(({ id }) => id)).toEqual(log.map(({ id }) => id));
  }
  if (asked !== undefined)
    process.stdout.write(
      `held: ${log.length} events, seen once and in order by ${replicas.length} subscribers\n`,
    );
}

export async function until(condition: () => boolean): Promise<void> {
  const latest = Date.now() + PATIENCE_MS / 6;
  while (!condition()) {
    if (Date.now() > latest) throw new Error('it does not come to that');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function newEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    type: 'MigrationFinished',
    data: { index },
    metadata: {},
  }));
}

async function endOf(
  ledger: Ledger,
  stream: StreamName,
  believed: Expected = 'no_stream',
): Promise<Expected> {
  let last = believed;
  const from = believed === 'no_stream' ? 0n : believed + 1n;
  for await (const { revision } of ledger.readStream(stream, from)) last = revision;
  return last;
}
