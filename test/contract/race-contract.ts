import { describe, expect, it } from '@jest/globals';
import type { Ledger } from '../../src/ledger/port.js';
import { all, appendWithRetry, idsOf, newEvent, newEvents, newStream, outcomeOf } from './sample-events.js';

export function raceContract(ledger: () => Ledger): void {
  describe('racing writers', () => {
    it('of one stream at one revision: one of them appends, the others hear of the wrong revision', async () => {
      const stream = newStream();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => outcomeOf(ledger().append(stream, 'no_stream', [newEvent()]))),
      );
      expect(outcomes.filter((outcome) => outcome === 'WRONG_REVISION')).toHaveLength(19);
      expect(await all(ledger().readStream(stream))).toHaveLength(1);
    });

    it('of one stream, who read and try again, all get in once', async () => {
      const stream = newStream();
      const events = newEvents(12);
      await Promise.all(events.map((event) => appendWithRetry(ledger(), stream, event)));

      const read = await all(ledger().readStream(stream));
      expect(read.map((event) => event.revision)).toEqual(events.map((_, index) => BigInt(index)));
      expect(idsOf(read).sort()).toEqual(idsOf(events).sort());
    });

    it('of many streams all get in, each stream in its own order, each append in one piece', async () => {
      const prefix = `race${Date.now()}-`;
      const start = await ledger().head();
      await Promise.all(
        Array.from({ length: 30 }, async () => {
          const stream = newStream(prefix);
          for (let append = 0; append < 4; append += 1)
            await ledger().append(stream, append === 0 ? 'no_stream' : BigInt(append * 3 - 1), newEvents(3));
        }),
      );

      const read = await all(ledger().readAll(start, { streamPrefix: prefix }));
      expect(read).toHaveLength(30 * 4 * 3);
      const next = new Map<string, bigint>();
      read.forEach((event, index) => {
        expect(event.revision).toBe(next.get(event.stream) ?? 0n);
        next.set(event.stream, event.revision + 1n);
        if (index % 3 !== 0) expect(event.stream).toBe(read[index - 1]?.stream);
      });
    });
  });
}
