import { describe, expect, it } from '@jest/globals';
import type { Expected, Ledger, StreamName } from '../../src/ledger/port.js';
import { all, idsOf, newEvent, newEvents, newStream, revisionsAndIds, streamWith } from './sample-events.js';

/** Every expected revision × every state of a stream. */
const CASES: readonly {
  readonly length: number;
  readonly expected: Expected;
  readonly ends: 'appended' | 'refused';
}[] = [
  { length: 0, expected: 'no_stream', ends: 'appended' },
  { length: 0, expected: 0n, ends: 'refused' },
  { length: 0, expected: 7n, ends: 'refused' },
  { length: 1, expected: 'no_stream', ends: 'refused' },
  { length: 1, expected: 0n, ends: 'appended' },
  { length: 1, expected: 1n, ends: 'refused' },
  { length: 1, expected: 7n, ends: 'refused' },
  { length: 3, expected: 'no_stream', ends: 'refused' },
  { length: 3, expected: 0n, ends: 'refused' },
  { length: 3, expected: 1n, ends: 'refused' },
  { length: 3, expected: 2n, ends: 'appended' },
  { length: 3, expected: 3n, ends: 'refused' },
  { length: 3, expected: 2n ** 63n, ends: 'refused' },
];

export function appendContract(ledger: () => Ledger): void {
  describe('an append', () => {
    for (const { length, expected, ends } of CASES) {
      for (const count of [1, 2]) {
        it(`of ${count} expecting ${expected} on a stream of ${length} is ${ends}`, async () => {
          const { stream, events } = await streamWith(ledger(), length);
          const added = newEvents(count);
          const append = ledger().append(stream, expected, added);

          if (ends === 'appended') {
            await expect(append).resolves.toEqual({
              revision: BigInt(length + count - 1),
              position: expect.any(String),
              repeated: false,
            });
          } else {
            await expect(append).rejects.toMatchObject({
              code: 'WRONG_REVISION',
              stream,
              expected,
              actual: length === 0 ? 'none' : BigInt(length - 1),
            });
          }
          const inLog = idsOf(ends === 'appended' ? [...events, ...added] : events);
          expect(await revisionsAndIds(ledger(), stream)).toEqual(
            inLog.map((id, index) => [BigInt(index), id]),
          );
        });
      }
    }

    it('gives back what was put in, with its place and its time', async () => {
      const stream = newStream();
      const event = newEvent({ data: { text: 'ü€😀\u0000', nested: [1, null, { a: true }] }, metadata: {} });
      const before = Date.now();
      const { position } = await ledger().append(stream, 'no_stream', [event]);

      const [read] = await all(ledger().readStream(stream));
      expect(read).toEqual({ ...event, stream, revision: 0n, position, recordedAt: expect.any(String) });
      expect(read?.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(Date.parse(read?.recordedAt ?? '')).toBeGreaterThanOrEqual(before - 1000);
    });

    it('keeps its own copy of the event', async () => {
      const stream = newStream();
      const data = { hop: 1 };
      await ledger().append(stream, 'no_stream', [newEvent({ data })]);
      data.hop = 2;

      const [first] = await all(ledger().readStream(stream));
      (first?.data as { hop: number }).hop = 3;
      expect((await all(ledger().readStream(stream)))[0]?.data).toEqual({ hop: 1 });
    });

    it('refused by an id that is in another stream leaves nothing of its other events', async () => {
      const elsewhere = await streamWith(ledger(), 1);
      const { stream, events } = await streamWith(ledger(), 2);
      const head = await ledger().head();

      const append = ledger().append(stream, 1n, [newEvent(), ...elsewhere.events, newEvent()]);
      await expect(append).rejects.toMatchObject({
        code: 'DUPLICATE_EVENT_ID',
        stream,
        eventId: elsewhere.events[0]?.id,
      });
      expect(idsOf(await all(ledger().readStream(stream)))).toEqual(idsOf(events));
      expect(await ledger().head()).toBe(head);
    });

    it('refuses an id that its own stream has at another revision', async () => {
      const { stream, events } = await streamWith(ledger(), 2);
      const append = ledger().append(stream, 1n, events.slice(0, 1));
      await expect(append).rejects.toMatchObject({ code: 'DUPLICATE_EVENT_ID' });
    });

    it('leaves the stream usable after each refusal', async () => {
      const { stream, events } = await streamWith(ledger(), 1);
      await expect(ledger().append(stream, 5n, [newEvent()])).rejects.toMatchObject({
        code: 'WRONG_REVISION',
      });
      await expect(ledger().append(stream, 0n, events)).rejects.toMatchObject({ code: 'DUPLICATE_EVENT_ID' });
      await expect(ledger().append(stream, 0n, [newEvent()])).resolves.toMatchObject({ revision: 1n });
    });

    it('does not disturb the appends that are written together with it when it is refused', async () => {
      const { stream } = await streamWith(ledger(), 1);
      const others = Array.from({ length: 20 }, () => newStream());
      const refused = ledger().append(stream, 'no_stream', [newEvent()]);
      const appended = others.map((other: StreamName) => ledger().append(other, 'no_stream', newEvents(2)));

      await expect(refused).rejects.toMatchObject({ code: 'WRONG_REVISION' });
      for (const append of appended)
        await expect(append).resolves.toMatchObject({ revision: 1n, repeated: false });
    });
  });
}
