import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { Position } from '../port.js';
import { classify } from './classify.js';
import { KnownIds } from './known-ids.js';
import { toPosition, toServerPosition } from './position.js';
import { RecordedTimes } from './recorded-times.js';

const at = (commit: number): Position => toPosition({ commit: BigInt(commit), prepare: BigInt(commit) });

describe('positions', () => {
  const place = fc.record({ commit: fc.bigInt(0n, 2n ** 64n - 1n), back: fc.bigInt(0n, 3n) });

  test('sort as strings as the log does, and come back as they were', () => {
    const server = ({ commit, back }: { commit: bigint; back: bigint }) => ({
      commit,
      prepare: commit > back ? commit - back : commit,
    });
    fc.assert(
      fc.property(place, place, (one, other) => {
        const [a, b] = [server(one), server(other)];
        expect(toServerPosition(toPosition(a))).toEqual(a);
        if (a.commit !== b.commit) expect(toPosition(a) < toPosition(b)).toBe(a.commit < b.commit);
      }),
    );
  });

  test.each(['', '12', 'x'.repeat(20), '0'.repeat(21)])('%j is none', (text) => {
    expect(toServerPosition(text as Position)).toBeUndefined();
  });
});

describe(KnownIds.name, () => {
  test('has what was added and nothing else, over many of its growths', () => {
    const known = new KnownIds();
    const ids = Array.from({ length: 20_000 }, () => randomUUID());
    const nil = '00000000-0000-0000-0000-000000000000';
    expect(known.has(nil)).toBe(false);
    for (const id of [...ids, ...ids, nil]) known.add(id);
    expect(ids.every((id) => known.has(id))).toBe(true);
    expect(known.has(nil)).toBe(true);
    expect(Array.from({ length: 1_000 }, () => randomUUID()).some((id) => known.has(id))).toBe(false);
  });
});

describe(RecordedTimes.name, () => {
  test('never go back along the log, and are the same however an event is read', () => {
    const times = new RecordedTimes();
    const created = [5, 9, 2, 8, 10, 3, 3, 11];
    const recorded = created.map((ms, index) => times.note(at(index), ms));
    expect(recorded).toEqual([5, 9, 9, 9, 10, 10, 10, 11]);
    expect(created.map((ms, index) => times.of(at(index), ms))).toEqual(recorded);
  });

  test('of an event that was not noted yet is not before those that were', () => {
    const times = new RecordedTimes();
    times.note(at(1), 100);
    expect([times.of(at(2), 50), times.of(at(2), 150)]).toEqual([100, 150]);
  });
});

describe('a failed call', () => {
  const error = (facts: object): Error => Object.assign(new Error('told by the server'), facts);

  test.each([
    [
      { type: 'wrong-expected-version', actualVersion: 4n },
      { kind: 'wrongRevision', actual: 4n },
    ],
    [
      { type: 'wrong-expected-version', actualVersion: 'no_stream' },
      { kind: 'wrongRevision', actual: 'none' },
    ],
    [{ type: 'stream-not-found' }, { kind: 'streamNotFound' }],
    [{ type: 'stream-deleted' }, { kind: 'streamDeleted' }],
    [
      { type: 'maximum-append-size-exceeded', maxAppendSize: 7 },
      { kind: 'tooLarge', maxBytes: 7 },
    ],
    [
      { type: 'not-leader', leader: { address: 'a', port: 1 } },
      { kind: 'notLeader', leader: { address: 'a', port: 1 } },
    ],
    [{ type: 'access-denied' }, { kind: 'refused', why: 'told by the server' }],
    [
      { type: 'unknown', code: 7 },
      { kind: 'refused', why: 'permission denied' },
    ],
    [{ type: 'deadline-exceeded', code: 4 }, { kind: 'unknown' }],
    [{ code: 14 }, { kind: 'unknown' }],
    [{ code: 16 }, { kind: 'refused', why: 'not authenticated' }],
    [{}, { kind: 'unknown' }],
  ])('%j means %j', (facts, failure) => {
    expect(classify(error(facts))).toEqual(failure);
  });
});
