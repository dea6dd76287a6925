import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTaint } from '../../src/domain/vm/carried.js';
import { deriveVm, knowing, type Knowledge } from '../../src/domain/vm/derive.js';
import { effectiveEvents } from '../../src/domain/vm/effective.js';
import type { Recorded } from '../../src/domain/vm/envelope.js';
import type { Vm } from '../../src/domain/vm/vm.js';
import { MEASURED } from './known-catalogue.js';
import { live, type Lived } from './living.js';
import { lives, type Life } from './lives.js';
import { DAY, UUID } from './story.js';

const RUNS = { numRuns: 400 };
/** Of these every moment of a life is derived, so fewer do. */
const FEWER_RUNS = { numRuns: 120 };

/** Facts that both hooks and event lines tell. */
const ATTESTED_TWICE: ReadonlySet<string> = new Set([
  'VmLaunched',
  'ProcessPrepared',
  'ProcessStarted',
  'HopPrepared',
  'HopStarted',
  'HopCompleted',
  'VmStopped',
]);

const knowledgeOf = ({ hosts }: Lived): Knowledge => knowing(MEASURED, hosts);
const derive = (lived: Lived, events: readonly Recorded[] = lived.events, asOf?: number): Vm =>
  deriveVm(UUID, events, knowledgeOf(lived), asOf === undefined ? {} : { asOf });

/** Nothing on the way that the guest came marks its values as less than certain. */
const isUnmarked = (vm: Vm): boolean => {
  const byProcess = new Map(vm.hops.map((hop) => [hop.to.process, hop]));
  let at = vm.current?.id;
  while (at !== undefined) {
    const hop = byProcess.get(at);
    if (hop === undefined) return vm.processes.find(({ id }) => id === at)?.attested !== false;
    if (hop.gap || hop.outcome === 'unconfirmed' || hop.savedState?.certainty === 'assumed') return false;
    at = hop.from?.process;
  }
  return true;
};

/** What the fold claims as certain, and is not so. */
const falsehoods = (vm: Vm, { moments }: Lived): readonly string[] => {
  const running = moments.at(-1)?.running ?? null;
  if (vm.current === null || !isUnmarked(vm)) return [];
  if (running === null) return [`runs on ${vm.current.host}, and does not`];
  if (running.host !== vm.current.host) return [`runs on ${vm.current.host}, and really on ${running.host}`];
  return vm.carried
    .filter(({ behaviour, certainty }) => behaviour === 'pcie-err-unc-mask' && certainty === 'certain')
    .filter(({ alias, value }) => running.aer.get(alias) !== value)
    .map(
      ({ alias, value }) =>
        `${alias} carries ${value ?? 'unknown'}, and really ${running.aer.get(alias) ?? 'none'}`,
    );
};

const shuffled = (events: readonly Recorded[]): fc.Arbitrary<readonly Recorded[]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...events], { minLength: events.length }),
      fc.subarray([...events], { maxLength: Math.min(events.length, 10) }),
    )
    .map(([all, again]) => [...all, ...again]);

const lifeAnd = <T>(more: (lived: Lived) => fc.Arbitrary<T>): fc.Arbitrary<readonly [Lived, T]> =>
  lives.map((life: Life) => live(life)).chain((lived) => more(lived).map((extra) => [lived, extra] as const));

describe('a VM derived from what its hosts say', () => {
  it('is the same in whatever order the reports came, and however often', () => {
    fc.assert(
      fc.property(
        lifeAnd((lived) => shuffled(lived.events)),
        ([lived, again]) => {
          expect(derive(lived, again)).toEqual(derive(lived));
        },
      ),
      RUNS,
    );
  });

  it('claims nothing as certain that is not so', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const lived = live(life);
        expect(falsehoods(derive(lived), lived)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('claims nothing as certain that is not so when one host never reports', () => {
    fc.assert(
      fc.property(
        lifeAnd(() => fc.constantFrom('a', 'b', 'c', 'd')),
        ([lived, silent]) => {
          const heard = lived.events.filter(({ data }) => !('host' in data) || data.host !== silent);
          expect(falsehoods(derive(lived, heard), lived)).toEqual([]);
        },
      ),
      RUNS,
    );
  });

  it('claims nothing as certain that is not so when one of two reports of a fact is lost', () => {
    const twice = (life: Life): Life => ({
      ...life,
      hosts: life.hosts.map((host) => ({ ...host, hooks: true, events: true })),
    });
    const losing = lives
      .map((life) => live(twice(life)))
      .chain((lived) =>
        fc
          .constantFrom(...lived.events.filter(({ data }) => ATTESTED_TWICE.has(data.type)))
          .map((lost) => [lived, lost] as const),
      );
    fc.assert(
      fc.property(losing, ([lived, lost]) => {
        expect(
          falsehoods(
            derive(
              lived,
              lived.events.filter((event) => event !== lost),
            ),
            lived,
          ),
        ).toEqual([]);
      }),
      RUNS,
    );
  });

  it('knows where the guest runs and what it carries when all report', () => {
    let certain = 0;
    let running = 0;
    fc.assert(
      fc.property(lives, (life) => {
        const lived = live(life);
        const really = lived.moments.at(-1)?.running ?? null;
        if (really === null) return;
        const vm = derive(lived);
        running += 1;
        if (vm.current?.host === really.host && isUnmarked(vm)) certain += 1;
        expect(vm.current?.host).toBe(really.host);
        for (const [alias, value] of really.aer) {
          const carried = vm.carried.find(
            (one) => one.alias === alias && one.behaviour === 'pcie-err-unc-mask',
          );
          expect([alias, carried?.value]).toEqual([alias, value]);
        }
      }),
      RUNS,
    );
    expect(certain / running).toBeGreaterThan(0.8);
  });

  it('is as of a time what the reports up to then make it', () => {
    fc.assert(
      fc.property(
        lifeAnd(({ moments }) => fc.nat({ max: moments.at(-1)?.atMs ?? 0 })),
        ([lived, afterMs]) => {
          const asOf = DAY + afterMs;
          const until = new Set(
            effectiveEvents(lived.events).flatMap(({ id, at }) => (at <= asOf ? id : [])),
          );
          expect(derive(lived, lived.events, asOf)).toEqual(
            derive(
              lived,
              lived.events.filter(({ id }) => until.has(id)),
            ),
          );
        },
      ),
      RUNS,
    );
  });

  it('loses no taint but by a cold boot, an older saved state, an unplug or, for queues, a reset', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const lived = live(life);
        let before: Vm | null = null;
        for (const { atMs, does } of lived.moments) {
          const vm = derive(lived, lived.events, DAY + atMs);
          const same = before?.current?.powerCycle === vm.current?.powerCycle && !does.startsWith('restore');
          const lost = !same ? [] : taintsOf(before).filter((taint) => !taintsOf(vm).includes(taint));
          const explained = (taint: string): boolean =>
            does === 'unplug' ||
            (taint.endsWith('virtio-queue-size-1024') && (does === 'reset' || does === 'hop'));
          expect(vm.current === null ? [] : lost.filter((taint) => !explained(taint))).toEqual([]);
          before = vm;
        }
      }),
      FEWER_RUNS,
    );
  });

  it('is, once an event is retracted, as if that event had never been recorded', () => {
    fc.assert(
      fc.property(
        lifeAnd(({ events }) => fc.nat({ max: Math.max(0, events.length - 1) })),
        ([lived, index]) => {
          const wrong = lived.events[index];
          if (wrong === undefined) return;
          const data = { type: 'EventRetracted', eventId: wrong.id, reason: 'told wrongly' } as const;
          const retracted = [...lived.events, { ...wrong, id: 'retraction', data }];
          expect(derive(lived, retracted)).toEqual(
            derive(
              lived,
              lived.events.filter((event) => event !== wrong),
            ),
          );
        },
      ),
      RUNS,
    );
  });
});

const taintsOf = (vm: Vm | null): readonly string[] =>
  (vm?.carried ?? [])
    .filter((value) => isTaint(value) === true)
    .map(({ alias, behaviour }) => `${alias} ${behaviour}`);
