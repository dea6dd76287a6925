import { describe, expect, it } from '@jest/globals';
import { catalogueOf, madeUp, MEASURED, NOTED } from '../../../test/domain/known-catalogue.js';
import { DAY, device, machine, Q1002, Q1113, Q722, Q800, Story, UUID } from '../../../test/domain/story.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { Destination } from '../hop/assessment.js';
import type { Build } from '../qemu/build.js';
import { knowing } from '../vm/derive.js';
import { findRoute, type RouteFound } from './route.js';

const Q900: Build = { version: '9.0.0', package: 'upstream' };
const THING = machine([device('thing0', 'thing')]);

/** How a process writes its stream: the new way since 9.0, which takes the old; the releases after take only the new. */
const STREAM_FORM = madeUp({
  id: 'stream-form',
  sticky: 'process',
  reference: [],
  acceptance: [
    {
      carried: 'old',
      offered: 'new',
      releases: [{ series: '9.0' }],
      result: 'accept',
      documented: null,
      evidence: NOTED,
    },
    { carried: 'old', offered: 'new', releases: [], result: 'fail', documented: null, evidence: NOTED },
  ],
});
const FORMS = catalogueOf(STREAM_FORM);

const at = (host: string, build: Build): Destination => ({ host, build, libvirt: null, machineTypes: null });
const A = at('a', Q800);
const B = at('b', Q900);
const C = at('c', Q1113);
const D = at('d', Q722);

const born = (build: Build = Q800, configuration = THING): Story => {
  const story = new Story();
  story.launched(0, 'a', build, configuration);
  return story;
};
const route = (
  story: Story,
  target: Destination,
  over: readonly Destination[],
  more: { catalogue?: Catalogue; maxHops?: number; maxQuestions?: number } = {},
): RouteFound => {
  const { catalogue = FORMS, maxHops = 3, maxQuestions = 1_000 } = more;
  return findRoute({
    uuid: UUID,
    events: story.events,
    knowledge: knowing(catalogue),
    target,
    over,
    maxHops,
    maxQuestions,
    at: DAY + 10_000,
  });
};
const hostsOf = ({ steps }: RouteFound): readonly (string | null)[] | null =>
  steps?.map(({ destination }) => destination.host) ?? null;

describe('a route', () => {
  it('is the hop itself where that works', () => {
    const found = route(born(), B, [A, B, C, D]);
    expect(hostsOf(found)).toEqual(['b']);
    expect(found.direct?.verdict).toBe('SAFE');
  });

  it('goes over a host that takes the state and writes it as the destination wants it', () => {
    const found = route(born(), C, [A, B, C, D]);
    expect(found.direct?.verdict).toBe('BLOCKED');
    expect(hostsOf(found)).toEqual(['b', 'c']);
    expect(found.steps?.map(({ assessment }) => assessment.verdict)).toEqual(['SAFE', 'SAFE']);
  });

  it('names the other hosts that would do as well on the way', () => {
    const found = route(born(), C, [A, B, at('b2', Q900), C]);
    expect(found.steps?.[0]).toMatchObject({ destination: { host: 'b' }, instead: ['b2'] });
  });

  it('says that there is none, and what the direct hop would meet', () => {
    const found = route(born(), C, [A, C, D]);
    expect(found).toMatchObject({ steps: null, cutShort: false, direct: { verdict: 'BLOCKED' } });
  });

  it('is no longer than asked for', () => {
    expect(hostsOf(route(born(), C, [A, B, C], { maxHops: 1 }))).toBeNull();
  });

  it('takes the overrides along that each hop needs', () => {
    const found = route(born(Q800, machine()), at('e', Q1002), [A], { catalogue: MEASURED });
    expect(found.steps).toHaveLength(1);
    expect(found.steps?.[0]?.assessment).toMatchObject({ verdict: 'NEEDS_OVERRIDES' });
    expect(found.steps?.[0]?.assessment.overrides).toHaveLength(2);
  });

  it('prefers, of the shortest, the one with the fewest risky steps', () => {
    const risky = catalogueOf(STREAM_FORM, {
      ...madeUp({ id: 'by-the-way', sticky: 'process', reference: [] }),
      acceptance: [
        {
          carried: 'old',
          offered: 'new',
          releases: [{ series: '9.0', to: '9.0.0' }],
          result: 'degrade',
          documented: null,
          evidence: NOTED,
        },
        { carried: 'old', offered: 'new', releases: [], result: 'accept', documented: null, evidence: NOTED },
      ],
    });
    const found = route(born(), C, [B, at('b1', { version: '9.0.1', package: 'upstream' }), C], {
      catalogue: risky,
    });
    expect(hostsOf(found)).toEqual(['b1', 'c']);
  });

  it('is empty where the guest is already, and none where no guest runs', () => {
    expect(route(born(), A, [B, C]).steps).toEqual([]);
    const story = born();
    story.stopped(50, 'a', 'shutdown');
    expect(route(story, C, [B])).toEqual({ steps: null, direct: null, cutShort: false });
  });

  it('says so when it gave up before all was tried', () => {
    expect(route(born(), C, [A, D, B, C], { maxQuestions: 2 })).toMatchObject({
      steps: null,
      cutShort: true,
    });
  });
});
