import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLines, logs, longLog } from '../../test/audit/sample-log.js';
import { fill } from '../../test/audit/make-ledger.js';
import { all } from '../../test/contract/sample-events.js';
import { InvalidAppend, Overloaded, UnknownOutcome } from '../ledger/errors.js';
import { MemoryLedger } from '../ledger/memory/memory-ledger.js';
import { START, type Ledger, type StoredEvent, type StreamName } from '../ledger/port.js';
import { contentOf } from './content-hash.js';
import { openTarget } from './open-target.js';
import { travelling, type TravellingEvent } from './transfer-batches.js';
import { transfer } from './transfer.js';
import { readLedger } from './verify-ledger.js';

async function* onTheWay(events: Iterable<StoredEvent>): AsyncGenerator<TravellingEvent, void> {
  for (const event of events) yield { event: contentOf(event), recordedAt: event.recordedAt };
}

const OTHER_ID = '00000000-0000-8000-8000-000000000000';
const LOG = [...longLog(300, 20, 7)];
const nth = (index: number): StoredEvent => {
  const event = LOG[index];
  if (!event) throw new Error(`no event ${index}`);
  return event;
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hopledger-transfer-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a transfer into an empty ledger', () => {
  test('gives both sides one content hash, whatever the events hold', async () => {
    await fc.assert(
      fc.asyncProperty(logs('a', { minLength: 0, maxLength: 30 }), async (events) => {
        const target = new MemoryLedger();
        const { content } = await transfer(onTheWay(events), target);
        const end = JSON.parse(exportLines(events).at(-1) ?? '') as { content: string };
        expect(content).toBe(end.content);
        expect((await readLedger(target)).content).toBe(content);
      }),
      { numRuns: 50, endOnFailure: true },
    );
  });

  test.each(['memory', 'sqlite'] as const)(
    'keeps the times at which events were recorded (%s)',
    async (engine) => {
      const path = join(folder, 'times.db');
      const { ledger, ...how } = await openTarget(engine === 'sqlite' ? { engine, path } : { engine });
      await transfer(onTheWay(LOG), ledger, how);
      expect((await all(ledger.readAll(START))).map((event) => event.recordedAt)).toEqual(
        LOG.map((event) => event.recordedAt),
      );
      await ledger.close();
    },
  );

  test('takes events as large as an append may be', async () => {
    const large = [...longLog(3, 1_000_000, 1)];
    const { ledger, ...how } = await openTarget({ engine: 'sqlite', path: join(folder, 'large.db') });
    expect(await transfer(onTheWay(large), ledger, how)).toMatchObject({ events: 3, found: 0 });
    await ledger.close();
  });
});

describe('a transfer from a ledger to which a server goes on appending', () => {
  test('brings what was there when it began, and done again, the rest', async () => {
    const source = new MemoryLedger();
    const target = new MemoryLedger();
    await fill(source, LOG.slice(0, 200));
    expect(await transfer(travelling(source), target)).toMatchObject({ events: 200, found: 0 });
    await fill(source, LOG.slice(200));
    expect(await transfer(travelling(source), target)).toMatchObject({ events: 300, found: 200 });
  });
});

describe('a transfer into a ledger that holds events', () => {
  const holding = async (events: readonly StoredEvent[]): Promise<Ledger> => {
    const ledger = new MemoryLedger();
    await fill(ledger, events);
    return ledger;
  };

  test('goes on from where they end, from any of them', async () => {
    for (const there of [1, 2, 150, 299, 300]) {
      const target = await holding(LOG.slice(0, there));
      expect(await transfer(onTheWay(LOG), target)).toMatchObject({ events: 300, found: there });
    }
  });

  test('refuses other events, names the first, and writes nothing', async () => {
    const other = { ...nth(100), data: { changed: true } };
    const target = await holding(LOG.slice(0, 150).with(100, other));
    await expect(transfer(onTheWay(LOG), target)).rejects.toMatchObject({
      code: 'LEDGER_DIFFERS',
      facts: { event: 101 },
      message: expect.stringContaining(`its event 101 is Reported ${other.id}, revision 14 of vm-2`),
    });
    expect((await readLedger(target)).events).toBe(150);
  });

  test('refuses a target that is ahead', async () => {
    const target = await holding(LOG.slice(0, 20));
    await expect(transfer(onTheWay(LOG.slice(0, 19)), target)).rejects.toMatchObject({
      code: 'LEDGER_DIFFERS',
      message: expect.stringContaining('the target is ahead'),
    });
  });

  test('finds out when someone else writes to it meanwhile', async () => {
    const target = new MemoryLedger();
    let isSpoilt = false;
    const work = transfer(onTheWay(LOG), target, {
      onProgress: ({ stage }) => {
        if (stage !== 'written' || isSpoilt) return;
        isSpoilt = true;
        void fill(target, [{ ...nth(0), stream: 'vm-other' as StreamName, id: OTHER_ID }]);
      },
    });
    await expect(work).rejects.toMatchObject({
      code: 'LEDGER_DIFFERS',
      message: expect.stringContaining('someone else writes to the target'),
    });
  });
});

describe('a transfer over an engine that does not always answer', () => {
  /** Of three appends one is written without an answer, and one is refused. */
  class Unsure extends MemoryLedger {
    #calls = 0;
    override async append(...args: Parameters<Ledger['append']>): ReturnType<Ledger['append']> {
      this.#calls += 1;
      if (this.#calls % 3 === 1) throw new Overloaded(1);
      const appended = await super.append(...args);
      if (this.#calls % 3 === 2) throw new UnknownOutcome(args[0], new Error('no answer'));
      return appended;
    }
  }

  test('sends the same again, and nothing twice', async () => {
    const target = new Unsure();
    expect(await transfer(onTheWay(LOG), target, { retryPausesMs: [0, 0, 0] })).toMatchObject({
      events: 300,
    });
  });

  test('gives up after the last pause with what the engine said', async () => {
    class Dead extends MemoryLedger {
      override async append(stream: StreamName): Promise<never> {
        throw new UnknownOutcome(stream, new Error('no answer'));
      }
    }
    await expect(transfer(onTheWay(LOG), new Dead(), { retryPausesMs: [0] })).rejects.toMatchObject({
      code: 'UNKNOWN_OUTCOME',
    });
  });
});

describe('a transfer into a ledger that takes no event so large', () => {
  test('says which it is and what to do, keeps what is before it, and then goes on', async () => {
    const large = { ...nth(120), data: { text: 'x'.repeat(5_000) } };
    const events = LOG.map((event) => (event.id === large.id ? large : event));
    const target = new MemoryLedger();
    const narrow: Ledger = Object.assign(Object.create(target) as Ledger, {
      append: async (...asked: Parameters<Ledger['append']>) => {
        const bytes = JSON.stringify(asked[2]).length;
        if (bytes > 4_000) throw new InvalidAppend(`${bytes} bytes in one append, the server takes 4000`);
        return target.append(...asked);
      },
      readAll: (...asked: Parameters<Ledger['readAll']>) => target.readAll(...asked),
    });
    const failed = transfer(onTheWay(events), narrow);
    await expect(failed).rejects.toBeInstanceOf(InvalidAppend);
    await expect(failed).rejects.toThrow(`${large.id}, revision ${large.revision} of ${large.stream}`);
    await expect(failed).rejects.toThrow('MaxAppendSize');
    expect((await all(target.readAll(START))).map(({ id }) => id)).toEqual(
      events.slice(0, 120).map(({ id }) => id),
    );
    expect(await transfer(onTheWay(events), target)).toMatchObject({ events: events.length, found: 120 });
  });
});

describe('the content of a ledger', () => {
  test('begins with an export of it, also when it has grown', async () => {
    const ledger = new MemoryLedger();
    await fill(ledger, LOG);
    const lines = exportLines(LOG.slice(0, 250)).slice(1, -1);
    async function* against(): AsyncGenerator<{ content: string }, void> {
      for (const line of lines) yield JSON.parse(line) as { content: string };
    }
    expect(await readLedger(ledger, { against: against() })).toMatchObject({
      events: 300,
      faults: 0,
      streams: 7,
    });
  });

  test('is held against one event by event: the first that differs is named, and so is a missing end', async () => {
    const ledger = new MemoryLedger();
    const changed = LOG.with(30, { ...nth(30), type: 'Changed' });
    await fill(ledger, changed.slice(0, 250));
    async function* against(events: readonly StoredEvent[]): AsyncGenerator<{ content: string }, void> {
      for (const line of exportLines(events).slice(1, -1)) yield JSON.parse(line) as { content: string };
    }
    await expect(readLedger(ledger, { against: against(LOG) })).rejects.toMatchObject({
      code: 'LEDGER_DIFFERS',
      facts: { event: 31 },
    });
    await expect(readLedger(ledger, { against: against(changed) })).rejects.toMatchObject({
      message: 'the ledger ends after event 250, and more are expected',
    });
  });
});
