import { describe, expect, test } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { START, type Position, type StreamName } from '../port.js';
import { toPosition } from './position.js';
import { MAX_CHARACTERS, MAX_EVENTS, Tail } from './tail.js';

const at = (place: number): Position => toPosition({ commit: BigInt(place), prepare: BigInt(place) });

const push = (tail: Tail, place: number, fill = ''): void =>
  tail.push(
    {
      id: String(place),
      type: 'Filled',
      stream: 'vm-1' as StreamName,
      revision: BigInt(place),
      position: at(place),
      data: { fill },
      metadata: {},
      createdMs: place,
    },
    place,
  );

const placesAfter = (tail: Tail, place: number, most = Infinity): number[] =>
  tail.after(at(place), most).map(({ recordedAtMs }) => recordedAtMs);

/** All that nothing refers to is gone after it. The flag concerns contexts that are made while it is set. */
const collectGarbage = async (): Promise<void> => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  // Whoever asked a WeakRef holds its target until the end of the job.
  await setImmediate();
  collect();
};

describe(Tail.name, () => {
  test('lets go of each event that it drops for the size of those after it', async () => {
    const tail = new Tail(START);
    const pushed: WeakRef<object>[] = [];
    const fill = 'x'.repeat(MAX_CHARACTERS / 8);
    for (let place = 1; place <= 50; place += 1) {
      push(tail, place, fill);
      pushed.push(...tail.after(at(place - 1), 1).map((kept) => new WeakRef(kept)));
    }
    await collectGarbage();
    expect(pushed.map((kept) => kept.deref() !== undefined)).toEqual(
      Array.from({ length: 50 }, (_, index) => index >= 50 - 7),
    );
    expect(tail.countAfter(START)).toBe(7);
  });

  test('lets go of each event that it drops for the number of those after it', async () => {
    const tail = new Tail(START);
    push(tail, 1);
    const [first] = tail.after(START, 1).map((kept) => new WeakRef(kept));
    for (let place = 2; place <= MAX_EVENTS; place += 1) push(tail, place);
    await collectGarbage();
    expect(first?.deref()).toBeDefined();
    push(tail, MAX_EVENTS + 1);
    await collectGarbage();
    expect(first?.deref()).toBeUndefined();
  });

  test('gives what comes after a position, in order, however often its ring went round', () => {
    const tail = new Tail(START);
    const last = 2 * MAX_EVENTS + 100;
    for (let place = 1; place <= last; place += 1) push(tail, place);
    const floor = last - MAX_EVENTS;
    expect([tail.covers(at(floor - 1)), tail.covers(at(floor))]).toEqual([false, true]);
    expect(tail.countAfter(at(floor))).toBe(MAX_EVENTS);
    const all = placesAfter(tail, floor);
    expect(all).toEqual(Array.from({ length: MAX_EVENTS }, (_, index) => floor + 1 + index));
    expect(placesAfter(tail, last - 5, 3)).toEqual([last - 4, last - 3, last - 2]);
    expect(placesAfter(tail, last)).toEqual([]);
  });

  test('does not keep an event that is larger than all it may keep, and says that it is not there', () => {
    const tail = new Tail(START);
    push(tail, 1);
    push(tail, 2, 'x'.repeat(MAX_CHARACTERS));
    expect([tail.covers(at(1)), tail.covers(at(2)), tail.countAfter(START)]).toEqual([false, true, 0]);
    push(tail, 3);
    expect(placesAfter(tail, 2)).toEqual([3]);
  });
});
