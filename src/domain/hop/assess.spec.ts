import { describe, expect, it } from '@jest/globals';
import { AER, catalogueOf, madeUp, MEASURED, NOTED } from '../../../test/domain/known-catalogue.js';
import {
  AER_MASK,
  aerOn,
  device,
  machine,
  NIC,
  PORT,
  Q1113,
  Q722,
  Q800,
  Q801,
  Q820,
  Story,
  UUID,
  withProperty,
} from '../../../test/domain/story.js';
import type { Behaviour } from '../catalogue/behaviour.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { Build } from '../qemu/build.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import { knowing } from '../vm/derive.js';
import { askHop, type HopAsked } from './ask.js';
import type { Assessment, Destination } from './assessment.js';

const to = (build: Build, machineTypes: readonly string[] | null = null): Destination => ({
  host: 'b',
  build,
  libvirt: null,
  machineTypes,
});

const ask = (
  story: Story,
  build: Build,
  more: Partial<HopAsked> & { readonly catalogue?: Catalogue } = {},
): Assessment => {
  const { assessment } = askHop({
    uuid: UUID,
    events: story.events,
    knowledge: knowing(more.catalogue ?? MEASURED),
    destination: to(build),
    configuration: machine(),
    via: 'migration',
    savedState: null,
    at: 0,
    ...more,
  });
  if (assessment === null) throw new Error('not assessed');
  return assessment;
};
const bornOn = (build: Build, configuration: LaunchConfiguration = machine()): Story => {
  const story = new Story();
  story.launched(0, 'a', build, configuration);
  return story;
};
const overridesOf = ({ overrides }: Assessment): readonly string[] =>
  overrides.map(({ alias, property, value }) => `${alias ?? ''},${property}=${value}`);
const kinds = ({ reasons }: Assessment): readonly string[] => [...new Set(reasons.map(({ kind }) => kind))];
const TAINTED = machine([aerOn(PORT), aerOn(NIC)]);
const BOTH = [`pci.1,${AER_MASK}=on`, `net0,${AER_MASK}=on`];

describe('the matrix of DOMAIN.md section 6: pc-q35-7.2 with PCIe devices, born where the hop starts', () => {
  it.each([
    ['7.2 → 7.2', Q722, Q722, 'SAFE'],
    ['8.0 → 8.0', Q800, Q800, 'SAFE'],
    ['8.0.1 → 8.0.1', Q801, Q801, 'SAFE'],
    ['7.2 → 8.0.1', Q722, Q801, 'SAFE'],
    ['8.0.1 → 7.2', Q801, Q722, 'SAFE'],
    ['8.0 → 7.2', Q800, Q722, 'BLOCKED'],
    ['8.0 → 8.0.1', Q800, Q801, 'NEEDS_OVERRIDES'],
    ['8.0 → 11.1', Q800, Q1113, 'NEEDS_OVERRIDES'],
    ['7.2 → 8.0', Q722, Q800, 'RISKY'],
    ['8.0.1 → 8.0', Q801, Q800, 'RISKY'],
  ] as const)('%s', (_, from, destination, verdict) => {
    expect(ask(bornOn(from), destination).verdict).toBe(verdict);
  });

  it('8.0.1 → 7.2 is backward: upstream promises nothing', () => {
    expect(ask(bornOn(Q801), Q722).classification).toEqual({
      class: 'newer-to-older',
      seedCase: 5,
      tier: 'not-promised',
    });
  });

  it('8.0 → 8.0.1[on] → 8.2 needs it again, though nothing in the source shows the trouble any more', () => {
    const story = bornOn(Q800);
    story.hop(100, 'a', 'b', Q801, TAINTED);
    const second = ask(story, Q820);
    expect(second.verdict).toBe('NEEDS_OVERRIDES');
    expect(overridesOf(second)).toEqual(BOTH);
    // It travels with the definition by itself, and is then there already.
    const travelled = ask(story, Q820, { configuration: TAINTED });
    expect([travelled.verdict, travelled.overrides]).toEqual(['SAFE', []]);
  });

  it('7.2 → 8.0: documented to fail, measured to load, and on from there', () => {
    const risky = ask(bornOn(Q722), Q800);
    expect(kinds(risky)).toEqual(['documented-otherwise']);
    expect(risky.reasons[0]?.evidence).toMatchObject({ grade: 'measured' });
    const story = bornOn(Q722);
    story.hop(100, 'a', 'b', Q800);
    expect(ask(story, Q820).verdict).toBe('SAFE');
  });

  it('after a guest reset: unchanged', () => {
    const story = bornOn(Q800);
    story.reset(50, 'a');
    expect(ask(story, Q820).verdict).toBe('NEEDS_OVERRIDES');
  });

  it('after a power-off and a power-on: clean on 8.0.1 and later, tainted anew on 8.0.0', () => {
    const anew = (build: Build): Assessment => {
      const story = bornOn(Q800);
      story.stopped(50, 'a');
      story.launched(100, 'b', build);
      return ask(story, Q820);
    };
    expect([anew(Q801).verdict, anew(Q800).verdict]).toEqual(['SAFE', 'NEEDS_OVERRIDES']);
  });

  it('a state saved there carries it, whatever was booted in between', () => {
    const story = bornOn(Q800);
    story.saved(50, 'a', 'old');
    story.launched(100, 'b', Q820);
    const restore = { via: 'restore', savedState: 'old' } as const;
    expect(overridesOf(ask(story, Q1113, restore))).toEqual(BOTH);
    expect(ask(story, Q722, restore).verdict).toBe('BLOCKED');
    expect(ask(story, Q1113).verdict).toBe('SAFE');
  });
});

describe('a reason', () => {
  it('names device, carried, offered, evidence and the event that latched it', () => {
    const story = bornOn(Q800);
    const [reason] = ask(story, Q820).reasons;
    expect(reason).toMatchObject({
      kind: 'needs-override',
      behaviour: AER.id,
      alias: 'pci.1',
      carried: 'on',
      offered: 'off',
      certainty: 'certain',
      evidence: { grade: 'measured' },
      latchedBy: story.events[0]?.id,
    });
  });
});

describe('overrides', () => {
  it('are the fewest: for the devices that carry it, beside what the definition has already', () => {
    const story = bornOn(Q722, machine([PORT]));
    story.hop(100, 'a', 'b', Q800, machine([PORT]));
    story.plugged(150, 'b', NIC);
    expect(overridesOf(ask(story, Q820))).toEqual([`net0,${AER_MASK}=on`]);
    expect(overridesOf(ask(bornOn(Q800), Q820, { configuration: machine([aerOn(PORT), NIC]) }))).toEqual([
      `net0,${AER_MASK}=on`,
    ]);
  });

  it('are none where a -global says it', () => {
    const global = machine([PORT, NIC], 'pc-q35-7.2', [
      { driver: 'pci-device', property: AER_MASK, value: 'on' },
    ]);
    expect(ask(bornOn(Q800), Q820, { configuration: global })).toMatchObject({
      verdict: 'SAFE',
      overrides: [],
    });
  });

  it('undo one that hurts: off in the definition of a VM that was born with on (measured on pc-q35-8.0)', () => {
    const q80 = (nic: typeof NIC): LaunchConfiguration => machine([PORT, nic], 'pc-q35-8.0');
    const hurt = ask(bornOn(Q820, q80(NIC)), Q1113, {
      configuration: q80(withProperty(NIC, AER_MASK, 'off')),
    });
    expect([hurt.verdict, overridesOf(hurt)]).toEqual(['NEEDS_OVERRIDES', [`net0,${AER_MASK}=on`]]);
  });

  it('go where the destination does not know them: it would not start', () => {
    const story = bornOn(Q722);
    story.hop(100, 'a', 'b', Q820, TAINTED);
    const clean = ask(story, Q722, { configuration: TAINTED });
    expect(clean.verdict).toBe('NEEDS_OVERRIDES');
    expect(clean.removals).toEqual([
      { alias: 'pci.1', property: AER_MASK },
      { alias: 'net0', property: AER_MASK },
    ]);
    expect(clean.overrides).toEqual([]);
  });

  it('go as globals too, and stay where they reach no device', () => {
    const globals = (driver: string): LaunchConfiguration =>
      machine([PORT], 'pc-q35-7.2', [{ driver, property: AER_MASK, value: 'on' }]);
    expect(ask(bornOn(Q722), Q722, { configuration: globals('pci-device') }).removals).toEqual([
      { alias: null, property: AER_MASK },
    ]);
    expect(ask(bornOn(Q722), Q722, { configuration: globals('igb') }).removals).toEqual([]);
  });

  it('cannot be had from a destination that neither knows the property nor takes the value', () => {
    const blocked = ask(bornOn(Q800), Q722, { configuration: TAINTED });
    expect(blocked.verdict).toBe('BLOCKED');
    expect(blocked.removals).toHaveLength(2);
    expect(kinds(blocked)).toEqual(['needs-removal', 'refused']);
    expect(blocked.wayOut[0]).toContain('power the guest off and on');
  });

  it('that are in the definition without need are told of: the next cold boot would taint the guest', () => {
    const needless = ask(bornOn(Q722), Q820, { configuration: TAINTED });
    expect([needless.verdict, kinds(needless)]).toEqual(['SAFE', ['unneeded-override']]);
  });
});

describe('the way back', () => {
  it('is judged with the overrides that now travel along', () => {
    expect(ask(bornOn(Q800), Q820).returnHop).toBe('NEEDS_OVERRIDES'); // 8.0.0 would not start with them
    expect(ask(bornOn(Q722), Q820).returnHop).toBe('SAFE');
  });

  it('is judged without what was taken out', () => {
    const story = bornOn(Q800);
    story.hop(100, 'a', 'b', Q820, TAINTED);
    const back = ask(story, Q800, { configuration: TAINTED });
    expect([back.verdict, back.removals.length, back.returnHop]).toEqual([
      'NEEDS_OVERRIDES',
      2,
      'NEEDS_OVERRIDES',
    ]);
  });

  it('is not judged for a source whose build is not known', () => {
    const story = new Story();
    story.launched(0, 'a', null);
    expect(ask(story, Q820).returnHop).toBeNull();
  });
});

describe('what is not known', () => {
  it('of a VM first seen is UNKNOWN where builds differ, with what to do', () => {
    const unknown = ask(new Story(), Q820);
    expect(unknown.verdict).toBe('UNKNOWN');
    expect(kinds(unknown)).toEqual(['value-unknown', 'no-history']);
    expect(unknown.reasons[0]?.text).toContain(`${AER_MASK}=on would be taken either way`);
    expect(unknown.wayOut).toEqual([
      'import the host logs, assert the origin, or read the value out of the guest',
    ]);
  });

  it('of a VM first seen is SAFE where all builds with its machine type agree, and says so', () => {
    const agreed = ask(new Story(), Q820, { configuration: machine([PORT, NIC], 'pc-q35-8.0') });
    expect([agreed.verdict, kinds(agreed)]).toEqual(['SAFE', ['no-history']]);
  });

  it('and only assumed is RISKY where a taint is what is assumed', () => {
    const story = bornOn(Q800);
    story.left(50, 'a');
    story.incoming(500, 'c', Q820, TAINTED);
    story.arrived(501, 'c');
    const assumed = ask(story, Q1113, { configuration: TAINTED });
    expect([assumed.verdict, kinds(assumed)]).toEqual(['RISKY', ['assumed']]);
    const needed = ask(story, Q1113);
    expect([needed.verdict, kinds(needed)]).toEqual(['NEEDS_OVERRIDES', ['assumed', 'needs-override']]);
  });

  it('of a pair that no entry speaks of is UNKNOWN', () => {
    const silent = madeUp({ id: 'silent', sticky: 'plug' });
    const thing = machine([device('thing0', 'thing')]);
    const story = bornOn({ version: '9.0.0', package: null }, thing);
    const unknown = ask(story, Q820, { catalogue: catalogueOf(silent), configuration: thing });
    expect([unknown.verdict, kinds(unknown)]).toEqual(['UNKNOWN', ['acceptance-unknown']]);
    expect(unknown.wayOut[0]).toContain('add what 8.2.0 (upstream) does');
  });

  it('whether a downstream machine type is there is RISKY, until the host lists its types', () => {
    const rhel = machine([], 'pc-q35-rhel9.6.0');
    expect(ask(bornOn(Q820, rhel), Q820, { configuration: rhel })).toMatchObject({ verdict: 'RISKY' });
    expect(
      ask(bornOn(Q820, rhel), Q820, { configuration: rhel, destination: to(Q820, ['pc-q35-rhel9.6.0']) })
        .verdict,
    ).toBe('SAFE');
  });

  it('is no verdict at all without any configuration', () => {
    const nothing = askHop({
      uuid: UUID,
      events: [],
      knowledge: knowing(MEASURED),
      destination: to(Q820),
      configuration: null,
      via: 'migration',
      savedState: null,
      at: 0,
    });
    expect(nothing.assessment).toBeNull();
  });
});

describe('a machine type', () => {
  it('that the destination does not have blocks', () => {
    const q82 = machine([], 'pc-q35-8.2');
    const blocked = ask(bornOn(Q820, q82), Q722, { configuration: q82 });
    expect(blocked).toMatchObject({ verdict: 'BLOCKED', classification: { seedCase: 4 } });
    expect(blocked.wayOut).toEqual(['a destination whose QEMU has pc-q35-8.2']);
  });

  it('is looked up in the host’s own list first', () => {
    expect(ask(bornOn(Q722), Q820, { destination: to(Q820, ['pc-q35-8.2']) }).verdict).toBe('BLOCKED');
  });

  it('has an end', () => {
    expect(ask(bornOn(Q722), Q820).machineTypeEnds).toBe(MEASURED.machineTypes.get('pc-q35-7.2')?.removedIn);
  });
});

describe('what loads and is worse for it', () => {
  it('is RISKY', () => {
    const worse: Behaviour = madeUp({
      id: 'worse',
      sticky: 'plug',
      acceptance: [
        {
          carried: 'new',
          offered: 'old',
          releases: [],
          result: 'degrade',
          documented: null,
          evidence: NOTED,
        },
      ],
    });
    const thing = machine([device('thing0', 'thing')]);
    const degraded = ask(bornOn({ version: '9.0.0', package: null }, thing), Q820, {
      catalogue: catalogueOf(worse),
      configuration: thing,
    });
    expect([degraded.verdict, kinds(degraded)]).toEqual(['RISKY', ['degraded']]);
  });
});

describe('asking', () => {
  it('answers with what the fold derives once it has happened', () => {
    const story = bornOn(Q722, machine([PORT]));
    story.hop(100, 'a', 'b', Q800, machine([PORT]));
    story.plugged(150, 'b', NIC);
    const asked = askHop({
      uuid: UUID,
      events: story.events,
      knowledge: knowing(MEASURED),
      destination: to(Q820),
      configuration: machine([PORT, aerOn(NIC)]),
      via: 'migration',
      savedState: null,
      at: 0,
    });
    story.hop(200, 'b', 'c', Q820, machine([PORT, aerOn(NIC)]));
    const values = (carried: typeof asked.carried): readonly unknown[] =>
      carried.map(({ alias, value, certainty, because }) => [alias, value, certainty, because]);
    expect(values(asked.carried)).toEqual(values(story.vm().hops.at(-1)?.carriedIn ?? []));
    expect(asked.from).toEqual(story.vm().hops.at(-1)?.from);
  });

  it('takes the source’s definition when none is given', () => {
    expect(ask(bornOn(Q800), Q820, { configuration: null }).overrides).toHaveLength(2);
  });
});
