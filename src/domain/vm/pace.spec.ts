import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Q800, Q820 } from '../../../test/domain/story.js';
import { told } from '../../../test/domain/telling.js';

/** What a guest does next, and how long after the last thing was over (s). Hooks alone tell of it. */
const step = fc.record({
  does: fc.constantFrom('hop', 'boot', 'refused hop'),
  host: fc.constantFrom('a', 'b', 'c'),
  after: fc.double({ min: 0.05, max: 6, noNaN: true }),
  takes: fc.double({ min: 0.6, max: 3, noNaN: true }),
});

const START_S = 0.5;

describe('a guest whose hosts’ hooks tell all of its life', () => {
  it.each([
    ['tell why a process ends', { reasons: true }],
    // Then nothing tells a boot after a refused hop from the hop.
    ['are of a libvirt that tells no reasons', { reasons: false }],
  ])(
    'is known at every pace: which processes were cold boots, which hops, and from where; they %s',
    (_, { reasons }) => {
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
                story.stopped(now, on, reasons ? 'destroyed' : 'unknown');
                story.startHooks(now + after / 2, host, Q820);
                now += after / 2 + START_S;
                expected.push([host, 'cold-boot', null]);
              } else if (host === on) {
                continue;
              } else if (does === 'refused hop') {
                if (reasons) story.asked(now, host);
                continue;
              } else {
                story.incomingHooks(now, host, Q820);
                if (reasons) story.left(now + takes, on);
                else story.stopped(now + takes, on, 'unknown');
                now += takes;
                expected.push([host, 'hop', on]);
              }
              on = host;
            }
          });
          const hopTo = new Map(vm.hops.map(({ from, to }) => [to.process, from?.host ?? null]));
          expect(vm.processes.map(({ id, host, origin }) => [host, origin, hopTo.get(id) ?? null])).toEqual(
            expected,
          );
        }),
        { numRuns: 1_000 },
      );
    },
  );
});
