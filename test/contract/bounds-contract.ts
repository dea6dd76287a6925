import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Expected, Ledger, NewEvent, StreamName } from '../../src/ledger/port.js';
import type { LedgerHarness } from './ledger-harness.js';
import { all, newEvent, newEvents, newStream, outcomeOf } from './sample-events.js';

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

const MALFORMED: readonly [string, { stream?: string; expected?: unknown; events?: unknown[] }][] = [
  ['an empty stream name', { stream: '' }],
  ['a stream name with a space', { stream: 'vm 1' }],
  ['a stream name with a slash', { stream: 'vm/1' }],
  ['a stream name with a line break at its end', { stream: 'vm-1\n' }],
  ['a stream name of 201 characters', { stream: 'v'.repeat(201) }],
  ['a negative revision', { expected: -1n }],
  ['a revision that is a number', { expected: 3 }],
  ['no events', { events: [] }],
  ['an id that is no UUID', { events: [newEvent({ id: 'abc' })] }],
  ['an id in upper case', { events: [newEvent({ id: newEvent().id.toUpperCase() })] }],
  ['an empty type', { events: [newEvent({ type: '' })] }],
  ['data that is no object', { events: [newEvent({ data: 'text' })] }],
  ['data that is an array', { events: [newEvent({ data: [] })] }],
  ['data that is missing', { events: [newEvent({ data: undefined })] }],
  ['metadata that is null', { events: [newEvent({ metadata: null })] }],
  ['data that refers to itself', { events: [newEvent({ data: cyclic })] }],
  ['data with a bigint', { events: [newEvent({ data: { revision: 1n } })] }],
  [
    'one id twice',
    {
      events: [
        newEvent({ id: '00000000-0000-5000-8000-000000000001' }),
        newEvent({ id: '00000000-0000-5000-8000-000000000001' }),
      ],
    },
  ],
];

export function boundsContract(ledger: () => Ledger, harness: LedgerHarness): void {
  describe('an append that no log can take', () => {
    for (const [name, change] of MALFORMED) {
      it(`because of ${name} is refused, and nothing is written`, async () => {
        const head = await ledger().head();
        const { stream = newStream(), expected = 'no_stream', events = [newEvent()] } = change;
        const append = ledger().append(stream as StreamName, expected as Expected, events as NewEvent[]);
        await expect(append).rejects.toMatchObject({ code: 'INVALID_APPEND' });
        expect(await ledger().head()).toBe(head);
      });
    }

    it('has a message that does not repeat a huge name', async () => {
      const append = ledger().append('x'.repeat(1_000_000) as StreamName, 'no_stream', [newEvent()]);
      await expect(append).rejects.toMatchObject({ message: expect.stringMatching(/^.{1,200}$/) });
    });
  });

  describe('with small limits', () => {
    const limits = {
      maxEventBytes: 1_000,
      maxAppendBytes: 3_000,
      maxEventsPerAppend: 5,
      maxWaitingAppends: 8,
      maxWaitingBytes: 10_000,
    };
    let small: Ledger;
    beforeAll(async () => {
      small = await harness.open({ limits });
    });
    afterAll(() => small.close());
    const sized = (bytes: number): NewEvent =>
      newEvent({ data: { fill: 'x'.repeat(bytes - 13) }, metadata: {} });

    it('an event of the limit is taken, one byte more is refused', async () => {
      await expect(small.append(newStream(), 'no_stream', [sized(1_000)])).resolves.toBeDefined();
      await expect(small.append(newStream(), 'no_stream', [sized(1_001)])).rejects.toMatchObject({
        code: 'INVALID_APPEND',
      });
    });

    it('bytes are counted, not characters', async () => {
      const event = newEvent({ data: { fill: '€'.repeat(400) } });
      await expect(small.append(newStream(), 'no_stream', [event])).rejects.toMatchObject({
        code: 'INVALID_APPEND',
      });
    });

    it('an append over its bytes or its number of events is refused', async () => {
      const heavy = [sized(900), sized(900), sized(900), sized(900)];
      await expect(small.append(newStream(), 'no_stream', heavy)).rejects.toMatchObject({
        code: 'INVALID_APPEND',
      });
      await expect(small.append(newStream(), 'no_stream', newEvents(6))).rejects.toMatchObject({
        code: 'INVALID_APPEND',
      });
      await expect(small.append(newStream(), 'no_stream', newEvents(5))).resolves.toBeDefined();
    });

    it('appends over the bound of the queue are refused at once, unwritten; those within it are written', async () => {
      const streams = Array.from({ length: 30 }, () => newStream());
      const outcomes = await Promise.all(
        streams.map((stream) => outcomeOf(small.append(stream, 'no_stream', [newEvent()]))),
      );
      expect(outcomes.filter((outcome) => outcome === 'OVERLOADED')).toHaveLength(22);
      for (const [index, stream] of streams.entries())
        expect(await all(small.readStream(stream))).toHaveLength(outcomes[index] === 'OVERLOADED' ? 0 : 1);
    });

    it('the queue is bounded in bytes as well', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, () =>
          outcomeOf(small.append(newStream(), 'no_stream', [sized(1_000), sized(1_000)])),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'OVERLOADED')).toHaveLength(3);
    });

    it('an append that was refused for overload gets in when it is sent again', async () => {
      const appends = Array.from({ length: 20 }, () => ({ stream: newStream(), events: newEvents(1) }));
      const send = ({ stream, events }: (typeof appends)[number]): Promise<unknown> =>
        outcomeOf(small.append(stream, 'no_stream', events));
      let left = appends;
      while (left.length > 0) {
        const outcomes = await Promise.all(left.map(send));
        left = left.filter((_, index) => outcomes[index] === 'OVERLOADED');
      }
      for (const { stream } of appends) expect(await all(small.readStream(stream))).toHaveLength(1);
    });
  });

  describe('recorded times', () => {
    // The time of an event may be the server's, whose clock is not ours to turn.
    const itWithClock = harness.setsClock === false ? it.skip : it;
    itWithClock('never decrease, even when the clock is set back', async () => {
      const times = [5_000, 9_000, 2_000, 8_000, 10_000];
      const turning = await harness.open({ now: () => times.shift() ?? 0 });
      for (let append = 0; append < 5; append += 1)
        await turning.append(newStream(), 'no_stream', newEvents(2));

      const read = await all(turning.readAll('' as Parameters<Ledger['readAll']>[0]));
      const seconds = read.map((event) => Date.parse(event.recordedAt) / 1000);
      expect(seconds).toEqual([5, 5, 9, 9, 9, 9, 9, 9, 10, 10]);
      await turning.close();
    });
  });
}
