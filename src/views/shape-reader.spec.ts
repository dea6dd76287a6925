import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { VmEvent } from '../domain/vm/events.js';
import { Stand, type Replica } from './fixtures/stand.js';
import { CLEAN, launched, said, stopped, TAINT, TAINTING, uuidOf } from './fixtures/sample-life.js';
import { BEFORE_ALL, type Place, type Placed } from './shape-reader.js';

let stand: Stand;
let replica: Replica;
beforeEach(async () => {
  stand = new Stand();
  replica = await stand.replica().start();
});
afterEach(() => stand.close());

const savedAs = (host: string, savedState: string, isStopped: boolean): VmEvent => ({
  type: 'StateSaved',
  host,
  name: 'guest',
  savedState,
  stopped: isStopped,
});

/** Eleven VMs on two hosts: every third is tainted, every second has two saved states, the last two are off. */
const record = async (): Promise<void> => {
  for (let n = 0; n < 11; n += 1) {
    const uuid = uuidOf(n);
    const host = n % 4 === 0 ? 'hosta' : 'hostb';
    const events = [
      said(uuid, 0, launched(host, n % 3 === 0 ? TAINTING : CLEAN)),
      ...(n % 2 === 0
        ? [1, 2].map((minute) => said(uuid, minute, savedAs(host, `state-${minute}`, false)))
        : []),
      ...(n > 8 ? [said(uuid, 9, stopped(host))] : []),
    ];
    await stand.record(uuid, ...events);
  }
  await replica.views.waitFor(await stand.ledger.head(), 5_000);
};

const allPages = <T>(
  read: (after: Place, first: number) => readonly Placed<T>[],
  first: number,
): readonly T[] => {
  const found: T[] = [];
  for (let after = BEFORE_ALL; ;) {
    const page = read(after, first);
    found.push(...page.map(({ row }) => row));
    const last = page.at(-1);
    if (last === undefined) return found;
    after = last.place;
  }
};

describe('guests by the states that they share', () => {
  it('are counted, running ones and saved ones, on all hosts or on some', async () => {
    await record();
    const { shapes } = replica.views;
    const total = (counts: readonly { readonly count: number }[]) =>
      counts.reduce((sum, { count }) => sum + count, 0);
    expect(total(shapes.running(null))).toBe(9);
    expect(total(shapes.running(['hosta']))).toBe(3);
    expect(total(shapes.saved(null))).toBe(12);
    expect(total(shapes.saved(['hosta']))).toBe(6);
    expect(shapes.running(['nowhere'])).toEqual([]);
    expect(shapes.whereabouts()).toBe(0);
  });

  it.each([1, 2, 3, 100])('are listed once each, in pages of %i', async (first) => {
    await record();
    const { shapes } = replica.views;
    const running = shapes.running(null).map(({ state }) => state);
    const saved = shapes.saved(null).map(({ state }) => state);
    const vms = allPages((after, size) => shapes.vmsIn(running, null, after, size), first);
    expect(vms.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map(uuidOf));
    const states = allPages((after, size) => shapes.savedIn(saved, null, after, size), first);
    const expected = [0, 2, 4, 6, 8, 10].flatMap((n) => [`${uuidOf(n)} state-1`, `${uuidOf(n)} state-2`]);
    expect(states.map(({ uuid, id }) => `${uuid} ${id}`).toSorted()).toEqual(expected.toSorted());
    const onA = allPages((after, size) => shapes.vmsIn(running, ['hosta'], after, size), first);
    expect(onA.toSorted()).toEqual([0, 4, 8].map(uuidOf));
  });

  it('are found by what they carry off its reference', async () => {
    await record();
    const { shapes } = replica.views;
    const tainted = shapes.statesWith(TAINT, 'taint');
    const vms = shapes.vmsIn(tainted, null, BEFORE_ALL, 100).map(({ row }) => row);
    expect(vms.toSorted()).toEqual([0, 3, 6].map(uuidOf));
    expect(shapes.savedIn(tainted, null, BEFORE_ALL, 100)).toHaveLength(4);
    const state = shapes.state(tainted[0] ?? 0);
    expect(state).toMatchObject({ build: TAINTING });
    expect(state?.carried).toContainEqual(expect.objectContaining({ behaviour: TAINT, value: 'on' }));
    expect(shapes.state(999_999)).toBeNull();
  });

  it('leave out a saved state that another of its name took the place of', async () => {
    const uuid = uuidOf(1);
    await stand.record(
      uuid,
      said(uuid, 0, launched('hosta', CLEAN)),
      ...[1, 2].map((minute) => said(uuid, minute, savedAs('hosta', 'nightly', false))),
    );
    await replica.views.waitFor(await stand.ledger.head(), 5_000);
    expect(replica.views.shapes.saved(null)).toMatchObject([{ count: 1 }]);
  });
});
