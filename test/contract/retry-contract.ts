import { describe, expect, it } from '@jest/globals';
import type { Ledger } from '../../src/ledger/port.js';
import { idsOf, newEvent, newEvents, newStream, revisionsAndIds, streamWith } from './sample-events.js';

export function retryContract(ledger: () => Ledger): void {
  describe('a retry', () => {
    it('with the same ids answers as the first append did, and adds nothing', async () => {
      const { stream, events, appended } = await streamWith(ledger(), 3);
      const head = await ledger().head();
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const again = await ledger().append(stream, 'no_stream', events);
        expect(again).toEqual({ ...appended, repeated: true });
      }
      expect(await ledger().head()).toBe(head);
    });

    it('with the same ids and another body answers as the first, and keeps the first body', async () => {
      const { stream, events, appended } = await streamWith(ledger(), 1);
      const changed = events.map((event) => ({ ...event, type: 'Other', data: { other: true } }));
      expect(await ledger().append(stream, 'no_stream', changed)).toEqual({ ...appended, repeated: true });
    });

    it('of an append in the middle of a stream answers with its own place, not that of the end', async () => {
      const { stream } = await streamWith(ledger(), 2);
      const middle = newEvents(2);
      const first = await ledger().append(stream, 1n, middle);
      await ledger().append(stream, 3n, newEvents(3));
      expect(await ledger().append(stream, 1n, middle)).toEqual({ ...first, repeated: true });
    });

    it('of the first events of a longer append is known as a repeat of those', async () => {
      const { stream, events } = await streamWith(ledger(), 3);
      const again = await ledger().append(stream, 'no_stream', events.slice(0, 2));
      expect(again).toMatchObject({ revision: 1n, repeated: true });
    });

    it('sent at the same time as the first is answered like it', async () => {
      const stream = newStream();
      const events = newEvents(2);
      const answers = await Promise.all([1, 2, 3, 4].map(() => ledger().append(stream, 'no_stream', events)));
      expect(new Set(answers.map(({ revision, position }) => `${revision} ${position}`)).size).toBe(1);
      expect(answers.filter((answer) => !answer.repeated)).toHaveLength(1);
      expect(await revisionsAndIds(ledger(), stream)).toHaveLength(2);
    });

    const wrong: readonly [string, (ids: string[]) => string[]][] = [
      ['with other ids', (ids) => ids.map(() => newEvent().id)],
      ['with the same ids in another order', (ids) => ids.toReversed()],
      ['with only the first id the same', (ids) => [ids[0] ?? '', newEvent().id, newEvent().id]],
      ['with only the last id the same', (ids) => [newEvent().id, newEvent().id, ids[2] ?? '']],
      ['with one event more', (ids) => [...ids, newEvent().id]],
      ['that starts at its second event', (ids) => ids.slice(1)],
    ];
    for (const [name, change] of wrong) {
      it(`${name} is a wrong revision`, async () => {
        const { stream, events } = await streamWith(ledger(), 3);
        const retry = change(idsOf(events)).map((id) => newEvent({ id }));
        const append = ledger().append(stream, 'no_stream', retry);
        await expect(append).rejects.toMatchObject({
          code: 'WRONG_REVISION',
          expected: 'no_stream',
          actual: 2n,
        });
        expect(await revisionsAndIds(ledger(), stream)).toHaveLength(3);
      });
    }

    it('of ids that are in another stream is judged by the revision first', async () => {
      const elsewhere = await streamWith(ledger(), 1);
      const { stream } = await streamWith(ledger(), 1);
      const append = ledger().append(stream, 'no_stream', elsewhere.events);
      await expect(append).rejects.toMatchObject({ code: 'WRONG_REVISION' });
    });

    it('in another stream that has the room for it is a duplicate id', async () => {
      const { events } = await streamWith(ledger(), 1);
      const append = ledger().append(newStream(), 'no_stream', events);
      await expect(append).rejects.toMatchObject({ code: 'DUPLICATE_EVENT_ID' });
    });
  });
}
