import { describe, expect, it } from '@jest/globals';
import { AER, MEASURED } from '../../../test/domain/known-catalogue.js';
import {
  aerOn,
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
} from '../../../test/domain/story.js';
import type { Build } from '../qemu/build.js';
import { knowing } from '../vm/derive.js';
import { askHop } from './ask.js';
import type { Assessment } from './assessment.js';
import { ask, BOTH, bornOn, kinds, overridesOf, TAINTED, to } from '../../../test/domain/asking.js';

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
