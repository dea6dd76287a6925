import { describe, expect, it } from '@jest/globals';
import {
  AER_MASK,
  aerOn,
  device,
  machine,
  NIC,
  PORT,
  Q1002,
  Q1113,
  Q722,
  Q800,
  Q820,
  Story,
  time,
  valuesOf,
} from '../../../test/domain/story.js';
import type { HostReport } from '../host/report.js';
import type { Vm } from './vm.js';

const AER = 'pcie-err-unc-mask';
const mask = (vm: Vm): Readonly<Record<string, string>> => valuesOf(vm.carried, AER);
const ON = { 'pci.1': 'on', net0: 'on' };
const OFF = { 'pci.1': 'off', net0: 'off' };
const onHost = (host: string, build: HostReport['builds'][number]): HostReport => ({
  host,
  builds: [build],
  libvirt: null,
  kernel: '6.1.0',
  vendor: null,
  machineTypes: null,
  cpu: null,
});

describe('the AER taint (DOMAIN.md section 1)', () => {
  it('is born on 8.0.0, and stays over hops and resets', () => {
    const story = new Story();
    const boot = story.launched(0, 'a', Q800);
    story.reset(10, 'a');
    story.hop(100, 'a', 'b', Q820, machine([aerOn(PORT), aerOn(NIC)]));
    story.reset(200, 'b');
    story.hop(300, 'b', 'c', Q1113, machine([aerOn(PORT), aerOn(NIC)]));
    const vm = story.vm();
    expect(mask(vm)).toEqual(ON);
    expect(
      vm.carried.filter(({ behaviour }) => behaviour === AER).map(({ because }) => because.eventId),
    ).toEqual([boot, boot]);
  });

  it('goes with a power-off and a power-on on a good build, and comes anew on 8.0.0', () => {
    const story = new Story();
    story.launched(0, 'a', Q800);
    story.stopped(100, 'a');
    story.launched(200, 'b', Q820);
    expect(mask(story.vm())).toEqual(OFF);
    story.stopped(300, 'b');
    story.launched(400, 'a', Q800);
    expect(mask(story.vm())).toEqual(ON);
  });

  it('does not come of passing through 8.0.0, reset there or not (measured; QEMU’s page says otherwise)', () => {
    const story = new Story();
    story.launched(0, 'a', Q722);
    story.hop(100, 'a', 'b', Q800);
    story.reset(150, 'b');
    expect(mask(story.vm())).toEqual(OFF);
  });

  it('comes of an override left in the definition, on a good build', () => {
    const story = new Story();
    story.launched(0, 'a', Q820, machine([aerOn(PORT), NIC]));
    const vm = story.vm();
    expect(mask(vm)).toEqual({ 'pci.1': 'on', net0: 'off' });
    expect(vm.leftovers).toEqual([
      {
        process: `a/${time(0)}`,
        host: 'a',
        at: time(0),
        alias: 'pci.1',
        behaviour: AER,
        property: AER_MASK,
        text: 'on',
        from: 'device',
        inEffect: true,
      },
    ]);
  });

  it('does not come of a needless override on an incoming hop', () => {
    const story = new Story();
    story.launched(0, 'a', Q722);
    story.hop(100, 'a', 'b', Q820, machine([aerOn(PORT), aerOn(NIC)]));
    const vm = story.vm();
    expect(mask(vm)).toEqual(OFF);
    expect(vm.leftovers).toEqual([]);
  });

  it('of a device that was plugged in on 8.0.0 is that device’s alone, and goes with it', () => {
    const story = new Story();
    story.launched(0, 'a', Q722, machine([PORT]));
    story.hop(100, 'a', 'b', Q800, machine([PORT]));
    story.plugged(200, 'b', NIC);
    expect(mask(story.vm())).toEqual({ 'pci.1': 'off', net0: 'on' });
    story.unplugged(300, 'b', 'net0');
    expect(mask(story.vm())).toEqual({ 'pci.1': 'off' });
  });

  it('follows the device when its alias is dealt anew', () => {
    const second = device('net1', 'e1000e', { address: '0000:02:00.0' });
    const story = new Story();
    story.launched(0, 'a', Q722, machine([PORT, NIC]));
    story.hop(100, 'a', 'b', Q800, machine([PORT, NIC]));
    story.plugged(200, 'b', second);
    story.unplugged(300, 'b', 'net0');
    story.hop(400, 'b', 'c', Q820, machine([PORT, { ...second, alias: 'net0' }]));
    expect(mask(story.vm())).toEqual({ 'pci.1': 'off', net0: 'on' });
  });
});

describe('a device plugged in under a name alone (libvirt’s event)', () => {
  const named = device('net1', null);
  const known = device('net1', 'e1000e', { address: '0000:02:00.0' });
  const plugged = (): Story => {
    const story = new Story();
    story.launched(0, 'a', Q800, machine([PORT]));
    story.plugged(100, 'a', named);
    return story;
  };

  it('is open until somebody says what it is', () => {
    expect(mask(plugged().vm())).toEqual({ 'pci.1': 'on', net1: '?' });
  });

  it('is known once the definition of a hop names it: as latched where it was plugged in', () => {
    const story = plugged();
    story.hop(200, 'a', 'b', Q820, machine([aerOn(PORT), aerOn(known)]));
    expect(mask(story.vm())).toEqual({ 'pci.1': 'on', net1: 'on' });
  });

  it('stays open where it passed another host before anybody named it', () => {
    const story = plugged();
    story.hop(200, 'a', 'b', Q820, null);
    story.hop(300, 'b', 'c', Q820, machine([aerOn(PORT), aerOn(known)]));
    expect(mask(story.vm())).toEqual({ 'pci.1': 'on', net1: '?' });
  });

  it('is known by another report of the same plug, in whatever order the two are', () => {
    const both = (first: typeof named, second: typeof named): Vm => {
      const story = new Story();
      story.launched(0, 'a', Q800, machine([PORT]));
      story.plugged(100, 'a', first);
      story.plugged(100.1, 'a', second);
      return story.vm();
    };
    expect(mask(both(named, known))).toEqual({ 'pci.1': 'on', net1: 'on' });
    expect(mask(both(known, named))).toEqual({ 'pci.1': 'on', net1: 'on' });
  });

  it('is known by the definition that a restarted libvirtd reports', () => {
    const story = plugged();
    story.adopted(300, 'a', null, machine([PORT, known]));
    expect(mask(story.vm())).toEqual({ 'pci.1': 'on', net1: 'on' });
  });
});

describe('a saved state', () => {
  const story = (): Story => {
    const told = new Story();
    told.launched(0, 'a', Q800);
    told.saved(100, 'a', 'old');
    return told;
  };

  it('carries what the guest carried', () => {
    const vm = story().vm();
    expect(vm).toMatchObject({ state: 'saved', current: null });
    expect(mask(vm)).toEqual(ON);
    expect(vm.savedStates.map(({ id, build, restoredBy }) => ({ id, build, restoredBy }))).toEqual([
      { id: 'old', build: Q800, restoredBy: [] },
    ]);
  });

  it('taints again when it is restored after a clean cold boot', () => {
    const told = story();
    told.launched(200, 'b', Q820);
    expect(mask(told.vm())).toEqual(OFF);
    told.stopped(300, 'b');
    told.restored(400, 'b', Q820, 'old', machine([aerOn(PORT), aerOn(NIC)]));
    const vm = told.vm();
    expect(mask(vm)).toEqual(ON);
    expect(vm.powerCycles).toHaveLength(2);
    expect(vm.current?.powerCycle).toBe(vm.powerCycles[0]?.id);
    expect(vm.savedStates[0]?.restoredBy).toEqual([vm.current?.id]);
  });

  it('can be restored twice', () => {
    const told = story();
    told.restored(200, 'a', Q800, 'old');
    told.stopped(300, 'a');
    told.restored(400, 'b', Q820, 'old', machine([aerOn(PORT), aerOn(NIC)]));
    expect(told.vm().savedStates[0]?.restoredBy).toHaveLength(2);
    expect(mask(told.vm())).toEqual(ON);
  });

  it('keeps the devices that the guest had then', () => {
    const told = new Story();
    told.launched(0, 'a', Q800, machine([PORT]));
    told.saved(50, 'a', 'early', false);
    told.plugged(60, 'a', NIC);
    expect(told.vm().savedStates[0]?.configuration?.devices).toEqual([PORT]);
    expect(mask(told.vm())).toEqual(ON);
  });
});

describe('a power cycle', () => {
  it('goes from a cold boot over all its hosts to the power-off', () => {
    const story = new Story();
    story.launched(0, 'a', Q800);
    story.hop(100, 'a', 'b', Q820, machine([aerOn(PORT), aerOn(NIC)]));
    story.stopped(200, 'b', 'shutdown');
    expect(story.vm().powerCycles).toEqual([
      {
        id: `a/${time(0)}`,
        startedAt: time(0),
        endedAt: time(200),
        bornOn: Q800,
        birthSeen: true,
        machineType: 'pc-q35-7.2',
        processes: [`a/${time(0)}`, `b/${time(100)}`],
      },
    ]);
  });

  it('does not end with a save', () => {
    const story = new Story();
    story.launched(0, 'a', Q800);
    story.saved(100, 'a');
    expect(story.vm().powerCycles[0]?.endedAt).toBeNull();
  });
});

describe('an observation', () => {
  it('that contradicts what was derived is a drift, and outranks it on the next hops', () => {
    const story = new Story();
    story.launched(0, 'a', Q722);
    const read = story.register(100, 'a', 'net0', '0x02400000');
    story.hop(200, 'a', 'b', Q820);
    const vm = story.vm();
    expect(mask(vm)).toEqual({ 'pci.1': 'off', net0: 'on' });
    expect(vm.carried.find(({ alias }) => alias === 'net0')?.drift).toEqual({
      derived: 'off',
      observed: 'on',
      eventId: read,
    });
  });

  it('resolves what was not known', () => {
    const story = new Story();
    story.adopted(0, 'a', Q820);
    expect(mask(story.vm())).toEqual({ 'pci.1': '?', net0: '?' });
    story.register(100, 'a', 'net0', '0x00000000');
    expect(mask(story.vm())).toEqual({ 'pci.1': '?', net0: 'off' });
  });
});

describe('a guest first seen running', () => {
  it('carries what all builds agree on, assumed, and else nobody knows what', () => {
    const story = new Story();
    story.adopted(0, 'a', Q1113, machine([PORT, NIC], 'pc-q35-8.0'));
    expect(mask(story.vm())).toEqual({ 'pci.1': '(on)', net0: '(on)' });
    const older = new Story();
    older.adopted(0, 'a', Q1113);
    expect(mask(older.vm())).toEqual({ 'pci.1': '?', net0: '?' });
  });

  it('carries what an operator says that it was born with, whatever host says so', () => {
    const story = new Story();
    story.adopted(0, 'b', Q820, machine([aerOn(PORT), aerOn(NIC)]));
    const assertion = story.tell(100, {
      type: 'OriginAsserted',
      host: 'old',
      name: null,
      build: Q800,
      configuration: null,
      reason: 'the ticket says so',
    });
    const vm = story.vm();
    expect(mask(vm)).toEqual(ON);
    expect(vm.carried[0]?.because).toMatchObject({ eventId: assertion });
    story.tell(200, {
      type: 'OriginAsserted',
      host: 'old',
      name: null,
      build: Q722,
      configuration: null,
      reason: 'the ticket was wrong',
    });
    expect(mask(story.vm())).toEqual(OFF);
  });

  it('keeps that over its hops', () => {
    const story = new Story();
    story.adopted(0, 'b', Q722);
    story.hop(50, 'b', 'c', Q820);
    story.tell(100, {
      type: 'OriginAsserted',
      host: 'c',
      name: null,
      build: Q722,
      configuration: null,
      reason: '',
    });
    expect(mask(story.vm())).toEqual(OFF);
  });

  it('an assertion does not outrank a cold boot that was seen', () => {
    const story = new Story();
    story.launched(0, 'a', Q722);
    story.tell(100, {
      type: 'OriginAsserted',
      host: 'a',
      name: null,
      build: Q800,
      configuration: null,
      reason: '',
    });
    expect(mask(story.vm())).toEqual(OFF);
  });

  it('an assertion fills the gap through which a guest came', () => {
    const story = new Story();
    story.launched(0, 'a', Q722);
    story.left(50, 'a');
    story.incoming(500, 'c', Q820);
    story.arrived(501, 'c');
    expect(mask(story.vm())).toEqual({ 'pci.1': '(off)', net0: '(off)' });
    story.tell(600, {
      type: 'OriginAsserted',
      host: 'c',
      name: null,
      build: Q800,
      configuration: null,
      reason: 'booted anew on b',
    });
    expect(mask(story.vm())).toEqual(ON);
    // Another power cycle, then, than the one that left a.
    expect(story.vm().powerCycles.map(({ bornOn, birthSeen }) => [bornOn, birthSeen])).toEqual([
      [Q722, true],
      [Q800, false],
    ]);
  });
});

describe('the build of a process', () => {
  it('is the host’s own report of the time, when the start did not say', () => {
    const hosts = new Map([
      [
        'a',
        [
          { at: Date.parse(time(-100)), report: onHost('a', Q800) },
          { at: Date.parse(time(500)), report: onHost('a', Q820) },
        ],
      ],
    ]);
    const story = new Story();
    story.startHooks(0, 'a', null);
    expect(story.vm({ hosts }).current).toMatchObject({
      build: Q800,
      buildCertainty: 'certain',
      kernel: '6.1.0',
    });
    expect(mask(story.vm({ hosts }))).toEqual(ON);
  });

  it('is assumed, and its values with it, when the host first reported later: it may have been upgraded since', () => {
    const hosts = new Map([['a', [{ at: Date.parse(time(500)), report: onHost('a', Q820) }]]]);
    const story = new Story();
    story.startHooks(0, 'a', null);
    expect(story.vm({ hosts }).current).toMatchObject({ build: Q820, buildCertainty: 'assumed' });
    expect(mask(story.vm({ hosts }))).toEqual({ 'pci.1': '(off)', net0: '(off)' });
  });

  it('is unknown when nobody said', () => {
    const story = new Story();
    story.startHooks(0, 'a', null);
    expect(story.vm().current).toMatchObject({ build: null, buildCertainty: 'unknown' });
    expect(mask(story.vm())).toEqual({ 'pci.1': '?', net0: '?' });
  });
});

describe('a VM', () => {
  it('without events is nothing yet', () => {
    expect(new Story().vm()).toMatchObject({
      name: null,
      state: 'unknown',
      current: null,
      carried: [],
      firstSeenAt: null,
      lastSeenAt: null,
    });
  });

  it('is as it was then, as of a time', () => {
    const story = new Story();
    story.launched(0, 'a', Q800);
    story.stopped(100, 'a');
    story.launched(200, 'b', Q1002);
    expect([50, 150, 250].map((asOf) => story.vm({ asOf }).state)).toEqual(['running', 'stopped', 'running']);
    expect([50, 250].map((asOf) => mask(story.vm({ asOf })))).toEqual([ON, OFF]);
  });

  it('has the name last reported, and remembers earlier ones', () => {
    const story = new Story();
    story.launched(0, 'a', Q722);
    story.tell(10, { type: 'GuestReset', host: 'a', name: 'renamed', reason: null });
    expect(story.vm()).toMatchObject({ name: 'renamed', names: ['vm1', 'renamed'] });
  });

  it('was seen by its hosts; a correction later on is no sight of it', () => {
    const story = new Story();
    const boot = story.launched(0, 'a', Q722);
    story.corrected(9_000, boot, { kernel: '6.2' });
    expect(story.vm()).toMatchObject({ firstSeenAt: time(0), lastSeenAt: time(0) });
    expect(story.vm().current?.kernel).toBe('6.2');
  });

  it('recomputes all that follows when the build of its birth is corrected', () => {
    const story = new Story();
    const boot = story.launched(0, 'a', Q722);
    story.hop(100, 'a', 'b', Q820);
    story.corrected(200, boot, { build: Q800 });
    expect(mask(story.vm())).toEqual(ON);
  });

  it('is not known to be off by an end without a reason (libvirt 9.0)', () => {
    const story = new Story();
    story.startHooks(0, 'a', Q722);
    story.stopped(100, 'a', 'unknown');
    expect(story.vm().state).toBe('unknown');
    story.stopped(100.1, 'a', 'shutdown');
    expect(story.vm().state).toBe('stopped');
  });

  it('tells with each hop what was advised before it', () => {
    const story = new Story();
    story.launched(0, 'a', Q800);
    const asked = story.asked(100, 'b');
    const advice = story.tell(
      100,
      {
        type: 'AdviceGiven',
        host: 'b',
        name: null,
        verdict: 'NEEDS_OVERRIDES',
        answer: 'rewritten',
        overrides: [],
        removals: [],
        message: null,
        catalogueRevision: 'r',
        basedOnRevision: '0',
      },
      { causationId: asked },
    );
    story.startHooks(100.02, 'b', Q820);
    expect(story.vm().hops[0]?.advice).toEqual({
      eventId: advice,
      verdict: 'NEEDS_OVERRIDES',
      answer: 'rewritten',
    });
  });
});
