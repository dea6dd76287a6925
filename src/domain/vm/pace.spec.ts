import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Q800, Q820 } from '../../../test/domain/story.js';
import { told } from '../../../test/domain/telling.js';

/** What a guest does next, and how long after the last thing was over (s). Hooks alone tell of it. */
const step = fc.record({
  does: fc.constantFrom('hop', 'boot'),
  host: fc.constantFrom('a', 'b', 'c'),
  after: fc.double({ min: 0.05, max: 6, noNaN: true }),
  takes: fc.double({ min: 0.6, max: 3, noNaN: true }),
});

const START_S = 0.5;

describe('a guest whose hosts’ hooks tell all of its life', () => {
  it('is known at every pace: which processes were cold boots, which hops, and from where', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const expected = [['a', 'cold-boot', null]];
        const vm = told((story) => {
          story.startHooks(0, 'a', Q800);
          let on = 'a';
          let now = START_S;
          for (const { does, host, after, takes } of steps) {
            now += after;
            if (does === 'boot') {
              story.stopped(now, on, 'destroyed');
              story.startHooks(now + after / 2, host, Q820);
              now += after / 2 + START_S;
              expected.push([host, 'cold-boot', null]);
            } else if (host !== on) {
              story.incomingHooks(now, host, Q820);
              story.left(now + takes, on);
              now += takes;
              expected.push([host, 'hop', on]);
            } else continue;
            on = host;
          }
        });
        const hostOf = new Map(vm.processes.map(({ id, host }) => [id, host]));
        const hopTo = new Map(vm.hops.map(({ from, to }) => [to.process, from?.host ?? null]));
        expect(vm.processes.map(({ id, origin }) => [hostOf.get(id), origin, hopTo.get(id) ?? null])).toEqual(
          expected,
        );
        expect(vm.hops.map(({ outcome }) => outcome)).toEqual(vm.hops.map(() => 'completed'));
      }),
      { numRuns: 500 },
    );
  });
});
