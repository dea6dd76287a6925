import { describe, expect, it } from '@jest/globals';
import { catalogueOf, madeUp, MEASURED, NOTED } from '../../../test/domain/known-catalogue.js';
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
  Q820,
  Story,
  UUID,
  withProperty,
} from '../../../test/domain/story.js';
import type { Behaviour } from '../catalogue/behaviour.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import { knowing } from '../vm/derive.js';
import { askHop } from './ask.js';
import { BOTH, TAINTED, ask, bornOn, kinds, overridesOf, to } from '../../../test/domain/asking.js';

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

  it('of one device is covered by an override, where another device needs it and it is taken either way', () => {
    // net0 was plugged in unreported, or is new at the destination: nobody knows.
    const covered = ask(bornOn(Q800, machine([PORT])), Q820, { configuration: machine([PORT, NIC]) });
    expect([covered.verdict, overridesOf(covered)]).toEqual(['NEEDS_OVERRIDES', BOTH]);
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

  it('that is another than the guest’s blocks, by the whole name: QEMU compares only the beginning', () => {
    const q40 = machine([], 'pc-q35-4.0');
    const other = ask(bornOn(Q722, q40), Q722, { configuration: machine([], 'pc-q35-4.0.1') });
    expect([other.verdict, kinds(other)]).toEqual(['BLOCKED', ['machine-type-differs']]);
    expect(ask(bornOn(Q722, q40), Q722, { configuration: q40 }).verdict).toBe('SAFE');
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
