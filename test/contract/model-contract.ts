import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { Expected, Ledger, StreamName } from '../../src/ledger/port.js';
import { all, newEvent } from './sample-events.js';

/** The contract of appending in a few lines, written apart from the engines. */
class Model {
  readonly log: { stream: number; id: number; revision: number }[] = [];

  append(stream: number, expected: number, ids: readonly number[]): string {
    const known = this.log.filter((event) => event.stream === stream);
    const there = ids.map((_, index) => known[expected + 1 + index]?.id);
    if (ids.every((id, index) => there[index] === id)) return `again ${expected + ids.length}`;
    if (expected !== known.length - 1) return 'WRONG_REVISION';
    if (ids.some((id) => this.log.some((event) => event.id === id))) return 'DUPLICATE_EVENT_ID';
    ids.forEach((id, index) => this.log.push({ stream, id, revision: known.length + index }));
    return `new ${expected + ids.length}`;
  }
}

/** Few streams, revisions and ids, so that retries, conflicts and duplicates are common. -1 is `no_stream`. */
const appends = fc.array(
  fc.record({
    stream: fc.nat(2),
    expected: fc.integer({ min: -1, max: 5 }),
    ids: fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 30 },
);

export function modelContract(ledger: () => Ledger): void {
  describe('any sequence of appends', () => {
    it('ends as in the model, append by append and in the log', async () => {
      await fc.assert(
        fc.asyncProperty(appends, async (sequence) => {
          const run = randomUUID();
          const name = (stream: number): StreamName => `${run}-${stream}` as StreamName;
          const ids = Array.from({ length: 10 }, () => randomUUID());
          const idOf = (id: number): string => ids[id] ?? '';
          const model = new Model();
          const start = await ledger().head();

          for (const { stream, expected, ids: chosen } of sequence) {
            const expectedRevision: Expected = expected === -1 ? 'no_stream' : BigInt(expected);
            const events = chosen.map((id) => newEvent({ id: idOf(id) }));
            const outcome = await ledger()
              .append(name(stream), expectedRevision, events)
              .then(({ revision, repeated }) => `${repeated ? 'again' : 'new'} ${revision}`)
              .catch((error: { code: string }) => error.code);
            expect(outcome).toBe(model.append(stream, expected, chosen));
          }
          const read = await all(ledger().readAll(start));
          expect(read.map(({ stream, id, revision }) => ({ stream, id, revision }))).toEqual(
            model.log.map(({ stream, id, revision }) => ({
              stream: name(stream),
              id: idOf(id),
              revision: BigInt(revision),
            })),
          );
        }),
        { numRuns: 150 },
      );
    });
  });
}
