import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openEventStoreDB } from '../../src/ledger/eventstoredb/open.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { START, type Ledger, type Position } from '../../src/ledger/port.js';
import { toPosition } from '../../src/ledger/position.js';
import { SqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.js';
import { JOURNAL_STREAM, parseJournalEvent, type JournalEvent } from '../../src/webhooks/journal-events.js';
import { LeaseLost } from '../../src/webhooks/journal.js';
import type { Message } from '../../src/webhooks/message.js';
import { openServerUnderTest, type ServerUnderTest } from '../eventstore/server-under-test.js';
import { all, LeaseWorld, type LeaseProcess } from '../webhooks/lease-world.js';

const TTL_MS = 10_000;
/** Beyond the ttl: a look each tenth of it, and a step of the world's time. */
const BOUND_MS = 1_300;

const message = (id: string = randomUUID()): Message => ({
  id,
  type: 'vm.tainted',
  vm: null,
  hosts: [],
  behaviours: [],
  labels: {},
  time: '2026-01-01T00:00:00.000Z',
  position: START,
  body: { id },
});

const journalOf = async (ledger: Ledger): Promise<readonly JournalEvent[]> =>
  (await all(ledger.readStream(JOURNAL_STREAM))).map(({ type, data }) => parseJournalEvent(type, data));
const issuedIds = (events: readonly JournalEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'MessagesIssued' ? event.messages.map(({ id }) => id) : []));

/** A later place than any that the journal names. */
const next = (through: Position | null): Position => toPosition(Number(through ?? '') + 1);

interface Engine {
  readonly name: string;
  /** Ledgers of so many processes on one log. */
  readonly open: (processes: number) => Promise<readonly [Ledger, ...Ledger[]]>;
  readonly close: () => Promise<void>;
}

const engines = (): readonly Engine[] => {
  let opened: Ledger[] = [];
  let directory: string | undefined;
  let server: ServerUnderTest | undefined;
  const closeAll = async () => {
    await Promise.all(opened.map((ledger) => ledger.close()));
    opened = [];
    if (directory !== undefined) await rm(directory, { recursive: true });
    directory = undefined;
    await server?.close();
    server = undefined;
  };
  const shared = (ledger: Ledger, processes: number): readonly [Ledger, ...Ledger[]] => {
    opened.push(ledger);
    return [ledger, ...Array.from({ length: processes - 1 }, () => ledger)];
  };
  return [
    {
      name: 'memory',
      open: async (processes) => shared(new MemoryLedger(), processes),
      close: closeAll,
    },
    {
      name: 'an SQLite file',
      open: async (processes) => {
        directory = await mkdtemp(join(tmpdir(), 'hopledger-lease-'));
        return shared(await SqliteLedger.open({ path: join(directory, 'ledger.db') }), processes);
      },
      close: closeAll,
    },
    {
      name: 'EventStoreDB by protocol, a client for each',
      open: async (processes) => {
        server = await openServerUnderTest();
        const { connection } = server;
        const namespace = `lease-${randomUUID()}`;
        for (let count = 0; count < processes; count += 1)
          opened.push(await openEventStoreDB({ connection, namespace }));
        const [first, ...others] = opened;
        if (first === undefined) throw new Error('no process');
        return [first, ...others];
      },
      close: closeAll,
    },
  ];
};

describe.each(engines())('the lease of webhooks on $name', ({ open, close }) => {
  afterEach(close);

  const startAll = async (processes: number) => {
    const ledgers = await open(processes);
    const world = new LeaseWorld();
    const everyone = ledgers.map((ledger) => world.start(ledger));
    await world.pass(1_000);
    const [holder] = world.holders();
    if (holder === undefined) throw new Error('nobody holds the lease');
    return { ledger: ledgers[0], world, everyone, holder };
  };

  it.each([2, 3])('exactly one of %i processes holds it, for as long as it lives', async (processes) => {
    const { ledger, world, holder } = await startAll(processes);
    await world.pass(5 * TTL_MS, () => expect(world.holders()).toEqual([holder]), 500);
    const taken = (await journalOf(ledger)).filter(({ type }) => type === 'LeaseTaken');
    expect(taken).toHaveLength(1);
  });

  it('another takes over within the ttl and a bound when the holder dies without a word', async () => {
    const { world, holder } = await startAll(3);
    await world.pass(7_000);
    holder.pause();
    const diedAt = world.now;
    await world.pass(TTL_MS + BOUND_MS, () => expect(world.holders().length).toBeLessThanOrEqual(1));
    expect(world.holders()).toHaveLength(1);
    expect(world.holders()[0]).not.toBe(holder);
    expect(world.now - diedAt).toBeLessThanOrEqual(TTL_MS + BOUND_MS);
  });

  it('refuses what a zombie writes when it comes back, and the zombie stops', async () => {
    const { ledger, world, everyone, holder } = await startAll(2);
    const lost: boolean[] = [];
    holder.journal.onHolding((holding) => lost.push(holding));
    const pausedIn = holder.journal.issue({ after: null, through: next(null), messages: [message('z')] });
    holder.pause();
    // Caught on its way to the ledger, as a process is that the kernel stops.
    const outcome = pausedIn.then(
      () => 'written',
      (error: unknown) => error,
    );
    await world.pass(TTL_MS + BOUND_MS);
    const [successor] = world.holders();
    expect(everyone).toContain(successor);
    holder.resume();
    await world.pass(1_000);
    expect(holder.journal.holding).toBe(false);
    expect(lost).toEqual([false]);
    expect(await outcome).toBeInstanceOf(LeaseLost);
    const again = holder.journal.settle([]);
    await expect(again).rejects.toBeInstanceOf(LeaseLost);
    expect(issuedIds(await journalOf(ledger))).toEqual([]);
    expect(world.holders()).toEqual([successor]);
  });

  it('is given up by a holder that the ledger does not answer, before another can take it', async () => {
    const { world, holder } = await startAll(2);
    await world.pass(3_000);
    holder.cutOff();
    await world.pass(TTL_MS + BOUND_MS, () => expect(world.holders().length).toBeLessThanOrEqual(1));
    const [successor] = world.holders();
    expect(successor).not.toBe(holder);
    holder.reconnect();
    await world.pass(TTL_MS, () => expect(world.holders()).toEqual([successor]));
  });

  it('is free at once when its holder ends in order', async () => {
    const { world, holder } = await startAll(2);
    await holder.journal.stop();
    expect(holder.journal.holding).toBe(false);
    await world.pass(BOUND_MS);
    expect(world.holders()).toHaveLength(1);
    expect(world.holders()[0]).not.toBe(holder);
  });

  it.each(['answer', 'request'] as const)(
    'writes a message once when the %s of an append is lost',
    async (loss) => {
      const { ledger, world, holder } = await startAll(2);
      const { journal } = holder;
      holder.losses.push(loss, loss);
      const written = journal.issue({ after: null, through: next(null), messages: [message(randomUUID())] });
      await world.pass(1_000);
      await written;
      expect(journal.holding).toBe(true);
      expect(issuedIds(await journalOf(ledger))).toHaveLength(1);
    },
  );
});

type Happening =
  | { readonly kind: 'pause' | 'resume' | 'cutOff' | 'reconnect'; readonly which: number }
  | { readonly kind: 'lose'; readonly which: number; readonly loss: 'answer' | 'request' }
  | { readonly kind: 'stop'; readonly which: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constantFrom('pause', 'resume', 'cutOff', 'reconnect'), which: fc.nat(2) }),
  fc.record({ kind: fc.constant('lose'), which: fc.nat(2), loss: fc.constantFrom('answer', 'request') }),
  fc.record({ kind: fc.constant('stop'), which: fc.nat(2) }),
);

describe('three processes that are stopped, go on, die and lose answers at random', () => {
  it('are never two that believe they may send, and each write that was acknowledged is there once', async () => {
    const story = fc.array(fc.record({ after: fc.integer({ min: 100, max: 12_000 }), happening }), {
      minLength: 5,
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const ledger = new MemoryLedger();
        const world = new LeaseWorld();
        const acknowledged: string[] = [];
        for (const rate of [0.99, 1, 1.01]) world.start(ledger, { rate });
        const say = ({ journal }: LeaseProcess): void => {
          const { through } = journal.state;
          const said = message();
          journal.issue({ after: through, through: next(through), messages: [said] }).then(
            () => acknowledged.push(said.id),
            (error: unknown) => expect(error).toBeInstanceOf(LeaseLost),
          );
        };
        const each = () => {
          expect(world.holders().length).toBeLessThanOrEqual(1);
          world.holders().forEach(say);
        };
        for (const {
          after,
          happening: { which, ...what },
        } of steps) {
          await world.pass(after, each, 300);
          const process = world.processes[which];
          if (process === undefined) throw new Error('no such process');
          switch (what.kind) {
            case 'pause':
            case 'resume':
            case 'cutOff':
            case 'reconnect':
              process[what.kind]();
              break;
            case 'stop':
              void process.journal.stop();
              break;
            case 'lose':
              process.losses.push(what.loss);
          }
        }
        for (const process of world.processes) {
          process.reconnect();
          process.resume();
        }
        await world.pass(2 * TTL_MS, each, 300);
        const issued = issuedIds(await journalOf(ledger));
        expect(new Set(issued).size).toBe(issued.length);
        for (const id of acknowledged) expect(issued).toContain(id);
        expect(await heldByOneAtATime(ledger)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

/** From a LeaseTaken to the next, all that is written is its holder's. */
const heldByOneAtATime = async (ledger: Ledger): Promise<boolean> => {
  let holder: string | undefined;
  for (const event of await journalOf(ledger)) {
    if (event.type === 'LeaseTaken') holder = event.holder;
    else if (event.holder !== holder) return false;
  }
  return true;
};
