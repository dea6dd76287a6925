import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { START, type Delivery, type Ledger, type Position } from '../../src/ledger/port.js';
import type { LedgerHarness } from './ledger-harness.js';
import {
  all,
  eventsOf,
  idsOf,
  kindsOf,
  newEvent,
  newEvents,
  newStream,
  streamWith,
  take,
} from './sample-events.js';

const afterEvents =
  (count: number) =>
  (delivered: readonly Delivery[]): boolean =>
    eventsOf(delivered).length >= count && delivered.some((delivery) => delivery.kind === 'caughtUp');

export function subscriptionContract(ledger: () => Ledger, harness: LedgerHarness): void {
  describe('a subscription', () => {
    it('delivers what is in the log, says that it caught up, and then delivers what comes', async () => {
      const start = await ledger().head();
      const { stream, events } = await streamWith(ledger(), 3);
      const later = newEvents(2);
      const delivered = await take(ledger(), start, (sofar) => {
        if (sofar.at(-1)?.kind === 'caughtUp') void ledger().append(stream, 2n, later);
        return eventsOf(sofar).length === 5;
      });
      expect(kindsOf(delivered)).toEqual(['event', 'event', 'event', 'caughtUp', 'event', 'event']);
      expect(idsOf(eventsOf(delivered))).toEqual(idsOf([...events, ...later]));
    });

    it('from the head says at once that it caught up', async () => {
      const delivered = await take(ledger(), await ledger().head(), () => true);
      expect(kindsOf(delivered)).toEqual(['caughtUp']);
    });

    it('misses nothing and repeats nothing while many append', async () => {
      const start = await ledger().head();
      const count = 60 * 10;
      const following = take(ledger(), start, afterEvents(count));
      await Promise.all(
        Array.from({ length: 60 }, async () => {
          const stream = newStream();
          for (let append = 0; append < 5; append += 1)
            await ledger().append(stream, append === 0 ? 'no_stream' : BigInt(append * 2 - 1), newEvents(2));
        }),
      );
      const inLog = await all(ledger().readAll(start));
      expect(inLog).toHaveLength(count);
      expect(eventsOf(await following)).toEqual(inLog);
    });

    it('goes on from any position', async () => {
      const start = await ledger().head();
      const { events } = await streamWith(ledger(), 6);
      const positions = [start, ...(await all(ledger().readAll(start))).map((event) => event.position)];
      for (const [index, position] of positions.entries()) {
        const delivered = await take(ledger(), position, afterEvents(events.length - index));
        expect(idsOf(eventsOf(delivered))).toEqual(idsOf(events).slice(index));
      }
    });

    it('refuses a position past the head', async () => {
      const past = (await ledger().head()).replace(/^0/, '9') as Position;
      await expect(take(ledger(), past, () => true)).rejects.toMatchObject({ code: 'BAD_CURSOR' });
    });

    it('ends when its signal aborts while it waits, and delivers nothing when it was aborted before', async () => {
      const end = new AbortController();
      const delivered: Delivery[] = [];
      for await (const delivery of ledger().subscribe(await ledger().head(), { signal: end.signal })) {
        delivered.push(delivery);
        void setTimeout(5).then(() => end.abort());
      }
      expect(kindsOf(delivered)).toEqual(['caughtUp']);
      expect(await all(ledger().subscribe(START, { signal: end.signal }))).toEqual([]);
    });

    it('can be left in the middle', async () => {
      const start = await ledger().head();
      await streamWith(ledger(), 3);
      const { signal } = new AbortController();
      for await (const delivery of ledger().subscribe(start, { signal })) {
        expect(delivery.kind).toBe('event');
        break;
      }
    });
  });

  describe('a filtered subscription', () => {
    it('delivers only what passes, and a checkpoint for what it passed over before it says that it caught up', async () => {
      const start = await ledger().head();
      const prefix = `s${Date.now()}-`;
      const wanted = newEvents(2, { type: 'Wanted' });
      await ledger().append(newStream(prefix), 'no_stream', [wanted[0] ?? newEvent(), newEvent()]);
      await ledger().append(newStream(), 'no_stream', newEvents(3, { type: 'Wanted' }));
      await ledger().append(newStream(prefix), 'no_stream', [wanted[1] ?? newEvent()]);
      await streamWith(ledger(), 2);

      const filter = { streamPrefix: prefix, types: ['Wanted'] };
      const delivered = await take(ledger(), start, (sofar) => sofar.at(-1)?.kind === 'caughtUp', filter);
      expect(idsOf(eventsOf(delivered))).toEqual(idsOf(wanted));
      expect(kindsOf(delivered)).toEqual(['event', 'event', 'checkpoint', 'caughtUp']);
      expect(delivered.at(-2)).toEqual({ kind: 'checkpoint', position: await ledger().head() });
    });

    it('resumed at any event or checkpoint delivers exactly the rest', async () => {
      const start = await ledger().head();
      const prefix = `r${Date.now()}-`;
      for (let stream = 0; stream < 8; stream += 1)
        await ledger().append(newStream(stream % 2 === 0 ? prefix : 'x-'), 'no_stream', newEvents(3));
      const filter = { streamPrefix: prefix };
      const caughtUp = (sofar: readonly Delivery[]): boolean => sofar.at(-1)?.kind === 'caughtUp';
      const whole = await take(ledger(), start, caughtUp, filter);
      expect(eventsOf(whole)).toHaveLength(12);

      for (const [index, delivery] of whole.entries()) {
        if (delivery.kind !== 'event' && delivery.kind !== 'checkpoint') continue;
        const position = delivery.kind === 'event' ? delivery.event.position : delivery.position;
        const rest = await take(ledger(), position, caughtUp, filter);
        expect(eventsOf(rest)).toEqual(eventsOf(whole.slice(index + 1)));
      }
    });

    it('moves its checkpoint while live, when nothing passes', async () => {
      const start = await ledger().head();
      const delivered = await take(
        ledger(),
        start,
        (sofar) => {
          if (sofar.at(-1)?.kind === 'caughtUp') void streamWith(ledger(), 2);
          return sofar.at(-1)?.kind === 'checkpoint';
        },
        { types: ['Never'] },
      );
      expect(kindsOf(delivered)).toEqual(['caughtUp', 'checkpoint']);
      expect(delivered.at(-1)).toEqual({ kind: 'checkpoint', position: await ledger().head() });
    });
  });

  describe('a subscription whose consumer is slow', () => {
    let small: Ledger;
    beforeAll(async () => {
      small = await harness.open({ limits: { fellBehindAfter: 10 } });
    });
    afterAll(() => small.close());

    it('says that it fell behind, and that it caught up again, between the events where that is so', async () => {
      const { stream } = await streamWith(small, 1);
      let filled = false;
      const end = new AbortController();
      const delivered: Delivery[] = [];
      for await (const delivery of small.subscribe(START, { signal: end.signal })) {
        delivered.push(delivery);
        if (delivery.kind === 'caughtUp' && filled) end.abort();
        if (delivery.kind === 'caughtUp' && !filled) {
          filled = true;
          await small.append(stream, 0n, newEvents(25));
        }
      }
      const kinds = kindsOf(delivered);
      expect(kinds.slice(0, 3)).toEqual(['event', 'caughtUp', 'fellBehind']);
      expect(kinds.slice(3)).toEqual([...Array<string>(25).fill('event'), 'caughtUp']);
    });
  });
}
