import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { LedgerClosed } from '../ledger/errors.js';
import { MemoryLedger } from '../ledger/memory/memory-ledger.js';
import { START, type Ledger, type StoredEvent } from '../ledger/port.js';
import { toPosition } from '../ledger/position.js';
import { JOURNAL_STREAM, parseJournalEvent, type Settled } from './journal-events.js';
import { EMPTY_JOURNAL, evolveStored } from './journal-state.js';
import { Journal, LeaseLost } from './journal.js';
import type { PieceLimits } from './journal-pieces.js';
import type { Message } from './message.js';
import { readJournal } from './read-journal.js';

const LIMITS = { maxEventBytes: 4_000, maxAppendBytes: 4_000 };

const message = (): Message => ({
  id: randomUUID(),
  type: 'vm.tainted',
  vm: null,
  hosts: [],
  behaviours: [],
  labels: {},
  time: '2026-01-01T00:00:00.000Z',
  position: START,
  body: { text: 'x'.repeat(1_500) },
});

const outcome = (more: Partial<Settled> = {}): Settled => ({
  endpoint: randomUUID(),
  message: randomUUID(),
  attempt: 1,
  outcome: 'delivered',
  status: 204,
  error: null,
  at: '2026-01-01T00:00:00.000Z',
  nextAt: null,
  ms: 1,
  ...more,
});

const open: Journal[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((journal) => journal.stop()));
});

const holding = async (
  ledger: Pick<Ledger, 'append' | 'readStream'>,
  limits: Partial<PieceLimits> = LIMITS,
): Promise<Journal> => {
  const journal = new Journal({ ledger, name: 'test', ttlMs: 60_000, sole: true, limits });
  open.push(journal);
  await begun(journal);
  return journal;
};
const begun = (journal: Journal): Promise<void> =>
  new Promise((resolve) => {
    journal.onHolding((held) => held && resolve());
    journal.start();
  });
const stored = async (ledger: Ledger): Promise<readonly StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for await (const event of ledger.readStream(JOURNAL_STREAM)) events.push(event);
  return events;
};
const issued = async (ledger: Ledger) =>
  (await stored(ledger)).flatMap(({ type, data }) => {
    const event = parseJournalEvent(type, data);
    return event.type === 'MessagesIssued' ? event : [];
  });
const settled = async (ledger: Ledger): Promise<readonly Settled[]> =>
  (await stored(ledger)).flatMap(({ type, data }) => {
    const event = parseJournalEvent(type, data);
    return event.type === 'DeliveriesSettled' ? event.deliveries : [];
  });

describe('an event of the journal', () => {
  it('is read with what a later release adds to it, or to a message or an outcome in it, passed over', () => {
    const lease = { holder: randomUUID(), ttlMs: 1 };
    const through = toPosition(7);
    const settled = outcome();
    const said = message();
    const added = { later: { than: 'this' } };
    const messages = [{ ...said, ...added }];
    expect(parseJournalEvent('MessagesIssued', { ...lease, ...added, through, messages })).toEqual({
      type: 'MessagesIssued',
      ...lease,
      through,
      lastEvent: null,
      messages: [said],
    });
    const { holder } = lease;
    const deliveries = [{ ...settled, ...added }];
    expect(parseJournalEvent('DeliveriesSettled', { holder, ...added, deliveries })).toEqual({
      type: 'DeliveriesSettled',
      holder,
      deliveries: [settled],
    });
  });
});

describe('the journal', () => {
  it('goes on saying which event it ends at while there is nothing to tell', async () => {
    const ledger = new MemoryLedger();
    const journal = new Journal({ ledger, name: 'test', ttlMs: 500 });
    open.push(journal);
    await begun(journal);
    const lastEvent = { stream: 'vm-a', revision: 3, id: randomUUID() };
    await journal.issue({ after: null, through: toPosition(7), lastEvent, messages: [] });
    while ((await stored(ledger)).at(-1)?.type !== 'LeaseRenewed')
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await readJournal(ledger)).toMatchObject({ through: toPosition(7), lastEvent });
  });

  it('writes a stretch that fills several appends with its end in the last of them', async () => {
    const ledger = new MemoryLedger();
    const journal = await holding(ledger);
    const messages = [message(), message(), message()];
    await journal.issue({ after: null, through: toPosition(7), messages });
    const events = await issued(ledger);
    expect(events.length).toBeGreaterThan(1);
    expect(events.map(({ through }) => through)).toEqual([...events.slice(1).map(() => null), toPosition(7)]);
    expect(events.flatMap((event) => event.messages)).toEqual(messages);
  });

  it('says what was said of an unfinished stretch not again, whoever finishes it', async () => {
    const ledger = new MemoryLedger();
    let appends = 0;
    const first = await holding({
      append: async (stream, expected, events) => {
        appends += 1;
        if (appends > 2) throw new LedgerClosed();
        return ledger.append(stream, expected, events);
      },
      readStream: (...asked) => ledger.readStream(...asked),
    });
    const messages = [message(), message(), message()];
    const issue = { after: null, through: toPosition(7), messages };
    await expect(first.issue(issue)).rejects.toBeInstanceOf(LedgerClosed);
    const said = (await issued(ledger)).flatMap((event) => event.messages);
    expect(said.length).toBeGreaterThan(0);
    expect(said.length).toBeLessThan(messages.length);

    const second = await holding(ledger);
    expect(second.state.through).toBeNull();
    await second.issue(issue);
    expect((await issued(ledger)).flatMap((event) => event.messages)).toEqual(messages);
    expect(second.state.through).toBe(toPosition(7));
  });

  it('takes no messages that were derived from where another has been since', async () => {
    const ledger = new MemoryLedger();
    const journal = await holding(ledger);
    await journal.issue({ after: null, through: toPosition(7), messages: [] });
    const stale = journal.issue({ after: null, through: toPosition(9), messages: [message()] });
    await expect(stale).rejects.toBeInstanceOf(LeaseLost);
    expect((await issued(ledger)).flatMap((event) => event.messages)).toEqual([]);
  });

  it('leaves out a message that no event can hold, and goes on', async () => {
    const ledger = new MemoryLedger();
    const journal = await holding(ledger);
    const large = { ...message(), body: { text: 'x'.repeat(5_000) } };
    const small = message();
    await journal.issue({ after: null, through: toPosition(7), messages: [large, small] });
    expect((await issued(ledger)).flatMap((event) => event.messages)).toEqual([small]);
    expect(journal.state.through).toBe(toPosition(7));
  });

  it('writes outcomes in events that the ledger takes, however many and however long', async () => {
    const ledger = new MemoryLedger({ limits: LIMITS });
    const journal = await holding(ledger);
    const failed = Array.from({ length: 600 }, () => outcome({ outcome: 'failed', error: 'é'.repeat(500) }));
    await journal.settle(failed);
    const delivered = Array.from({ length: 600 }, () => outcome());
    await journal.settle(delivered);
    expect(await settled(ledger)).toEqual([...failed, ...delivered]);
  });

  it('writes no more outcomes in an event than its readers take', async () => {
    const ledger = new MemoryLedger();
    const journal = await holding(ledger, {});
    const outcomes = Array.from({ length: 600 }, () => outcome());
    await journal.settle(outcomes);
    expect(await settled(ledger)).toEqual(outcomes);
  });

  it('leaves away the text of an outcome that would fit in no event', async () => {
    const limits = { maxEventBytes: 1_024, maxAppendBytes: 1_024 };
    const ledger = new MemoryLedger({ limits });
    const journal = await holding(ledger, limits);
    const failed = outcome({ outcome: 'failed', error: 'é'.repeat(500) });
    await journal.settle([failed]);
    expect(await settled(ledger)).toEqual([{ ...failed, error: null }]);
  });

  it('writes nothing that its readers would refuse, and the rest', async () => {
    const ledger = new MemoryLedger();
    const journal = await holding(ledger);
    const good = outcome();
    await journal.settle([outcome({ error: '' }), good, outcome({ error: 'two\nlines' })]);
    await journal.settle([outcome({ status: 1_000 })]);
    const [bad, said] = [{ ...message(), time: 'yesterday' }, message()];
    await journal.issue({ after: null, through: toPosition(7), messages: [bad, said] });
    expect(await settled(ledger)).toEqual([good]);
    expect((await issued(ledger)).flatMap((event) => event.messages)).toEqual([said]);
  });

  it('is held from before a write began, however late its answer comes, for four fifths of the ttl', async () => {
    let now = 0;
    let answerTakesMs = 0;
    const ledger = new MemoryLedger();
    const journal = new Journal({
      ledger: {
        append: async (...asked) => {
          const appended = await ledger.append(...asked);
          now += answerTakesMs;
          return appended;
        },
        readStream: (...asked) => ledger.readStream(...asked),
      },
      name: 'test',
      ttlMs: 10_000,
      // Looks once, and then no more until it is stopped.
      clock: {
        now: () => now,
        sleep: (_ms, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
      },
    });
    open.push(journal);
    await begun(journal);
    answerTakesMs = 7_000;
    await journal.settle([outcome()]);
    now += 999;
    expect(journal.holding).toBe(true);
    now += 1;
    expect(journal.holding).toBe(false);
  });

  it('is read from its end to the same state as from its beginning, however long it is', async () => {
    const ledger = new MemoryLedger();
    const journal = await holding(ledger);
    await journal.issue({ after: null, through: toPosition(7), messages: [message()] });
    const settled = outcome();
    for (let count = 0; count < 700; count += 1) await journal.settle([settled]);
    const { ttlMs, ...state } = (await stored(ledger)).reduce(evolveStored, EMPTY_JOURNAL);
    expect(await readJournal(ledger)).toMatchObject(state);
    expect(ttlMs).toBe(60_000);
  });
});
