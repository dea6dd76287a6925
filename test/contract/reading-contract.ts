import { describe, expect, it } from '@jest/globals';
import { START, type Ledger, type Position } from '../../src/ledger/port.js';
import { all, idsOf, newEvent, newEvents, newStream, streamWith } from './sample-events.js';

export function readingContract(ledger: () => Ledger): void {
  describe('reading a stream', () => {
    it('that does not exist yields nothing', async () => {
      expect(await all(ledger().readStream(newStream()))).toEqual([]);
    });

    it('yields its events from a revision, as many as asked for', async () => {
      const { stream, events } = await streamWith(ledger(), 10);
      const ids = idsOf(events);
      expect(idsOf(await all(ledger().readStream(stream, 4n)))).toEqual(ids.slice(4));
      expect(idsOf(await all(ledger().readStream(stream, 4n, 3)))).toEqual(ids.slice(4, 7));
      expect(idsOf(await all(ledger().readStream(stream, -3n)))).toEqual(ids);
      expect(await all(ledger().readStream(stream, 10n))).toEqual([]);
      expect(await all(ledger().readStream(stream, 0n, 0))).toEqual([]);
    });

    it('longer than a page yields each event once, in order, and so does the log filtered to it', async () => {
      const start = await ledger().head();
      const stream = newStream();
      const events = newEvents(1_203);
      for (let from = 0; from < events.length; from += 401)
        await ledger().append(
          stream,
          from === 0 ? 'no_stream' : BigInt(from - 1),
          events.slice(from, from + 401),
        );
      expect(idsOf(await all(ledger().readStream(stream)))).toEqual(idsOf(events));
      expect(idsOf(await all(ledger().readStream(stream, 0n, 700)))).toEqual(idsOf(events).slice(0, 700));
      const filtered = { streamPrefix: stream, types: ['MigrationFinished'] };
      expect(idsOf(await all(ledger().readAll(start, filtered)))).toEqual(idsOf(events));
      expect(idsOf(await all(ledger().readAll(start)))).toEqual(idsOf(events));
    });

    it('shows an append as soon as it is acknowledged', async () => {
      const stream = newStream();
      for (let revision = 0; revision < 20; revision += 1) {
        const event = newEvent();
        await ledger().append(stream, revision === 0 ? 'no_stream' : BigInt(revision - 1), [event]);
        expect((await all(ledger().readStream(stream))).at(-1)?.id).toBe(event.id);
      }
    });
  });

  describe('reading the log', () => {
    it('yields every event in the order of the positions, which sort as strings', async () => {
      const read = await all(ledger().readAll(START));
      const positions = read.map((event) => event.position);
      expect(positions).toEqual(positions.toSorted());
      expect(new Set(positions).size).toBe(positions.length);
      expect(positions.at(-1)).toBe(await ledger().head());
      expect(read.map((event) => event.recordedAt)).toEqual(read.map((event) => event.recordedAt).toSorted());
    });

    it('goes on from any position without a gap or a repeat', async () => {
      const start = await ledger().head();
      const { events } = await streamWith(ledger(), 7);
      const read = await all(ledger().readAll(start));
      for (const [index, event] of read.entries())
        expect(idsOf(await all(ledger().readAll(event.position)))).toEqual(idsOf(events).slice(index + 1));
    });

    it('stops at as many events as asked for', async () => {
      const start = await ledger().head();
      const { events } = await streamWith(ledger(), 7);
      expect(idsOf(await all(ledger().readAll(start, undefined, 3)))).toEqual(idsOf(events).slice(0, 3));
      expect(await all(ledger().readAll(start, undefined, 0))).toEqual([]);
    });

    it('ends at the head as it was when reading began', async () => {
      const start = await ledger().head();
      const { stream } = await streamWith(ledger(), 2);
      let seen = 0;
      for await (const event of ledger().readAll(start)) {
        seen += 1;
        await ledger()
          .append(stream, event.revision + 1n, [newEvent()])
          .catch(() => undefined);
      }
      expect(seen).toBe(2);
    });

    it('is filtered by stream prefix, by types, and by both', async () => {
      const start = await ledger().head();
      const prefix = `f${Date.now()}-`;
      const [a, b, c] = [newEvent({ type: 'A' }), newEvent({ type: 'B' }), newEvent({ type: 'A' })];
      await ledger().append(newStream(prefix), 'no_stream', [a, b]);
      await ledger().append(newStream(), 'no_stream', [c]);

      const read = async (filter: Parameters<Ledger['readAll']>[1]): Promise<string[]> =>
        idsOf(await all(ledger().readAll(start, filter)));
      expect(await read({ streamPrefix: prefix })).toEqual(idsOf([a, b]));
      expect(await read({ types: ['A'] })).toEqual(idsOf([a, c]));
      expect(await read({ types: ['A', 'B'] })).toEqual(idsOf([a, b, c]));
      expect(await read({ streamPrefix: prefix, types: ['A'] })).toEqual(idsOf([a]));
      expect(await read({ streamPrefix: '' })).toEqual(idsOf([a, b, c]));
      expect(await read({ types: [] })).toEqual([]);
      expect(await read({ streamPrefix: '%' })).toEqual([]);
    });

    it('refuses a position that is malformed or past the head', async () => {
      const past = (await ledger().head()).replace(/^0/, '9') as Position;
      for (const position of ['12', 'x'.repeat(16), past] as Position[])
        await expect(all(ledger().readAll(position))).rejects.toMatchObject({ code: 'BAD_CURSOR', position });
    });
  });
}
