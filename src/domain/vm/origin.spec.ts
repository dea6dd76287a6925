import { describe, expect, it } from '@jest/globals';
import { machine, Q722, Q800, Q820 } from '../../../test/domain/story.js';
import { at, hops, told } from '../../../test/domain/telling.js';

describe('a start of which nobody said the kind', () => {
  it('is a cold boot where libvirt’s hooks told it without `migrate begin`', () => {
    const vm = told((story) => story.startHooks(0, 'a', Q722));
    expect(vm.processes[0]).toMatchObject({ origin: 'cold-boot', attested: true });
  });

  it('is a cold boot too on another host than the one that died in silence', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q800);
      story.startHooks(5_000, 'b', Q820);
    });
    expect(vm.processes.map(({ host, origin, attested }) => [host, origin, attested])).toEqual([
      ['a', 'cold-boot', true],
      ['b', 'cold-boot', false],
    ]);
    expect(at(vm)).toBe('running b');
    expect(vm.carried.map(({ value, certainty }) => [value, certainty])).toEqual([
      ['off', 'assumed'],
      ['off', 'assumed'],
    ]);
  });

  it('is a hop with `migrate begin` lost, when the source says that the guest left', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q800);
      story.startHooks(100, 'b', Q820);
      story.left(101, 'a');
    });
    expect(hops(vm)).toEqual(['a→b: completed']);
    expect(vm.processes[1]?.attested).toBe(false);
    expect(vm.carried.map(({ value, certainty }) => [value, certainty])).toEqual([
      ['on', 'assumed'],
      ['on', 'assumed'],
    ]);
  });

  it.each(['b', 'c'])(
    'is a cold boot on %s, however soon after the guest came by a hop and was destroyed',
    (host) => {
      const vm = told((story) => {
        story.startHooks(0, 'a', Q800);
        story.incomingHooks(100, 'b', Q820);
        story.left(100.5, 'a');
        story.stopped(101, 'b', 'destroyed');
        story.startHooks(101.3, host, Q820);
      });
      expect(hops(vm)).toEqual(['a→b: completed']);
      expect(vm.processes.at(-1)).toMatchObject({ host, origin: 'cold-boot', attested: true });
      expect(vm.carried.map(({ value, certainty }) => [value, certainty])).toEqual([
        ['off', 'certain'],
        ['off', 'certain'],
      ]);
    },
  );

  it('is a cold boot too after several hops in as many seconds', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q800);
      story.incomingHooks(100, 'b', Q820);
      story.left(100.5, 'a');
      story.incomingHooks(101, 'c', Q820);
      story.left(101.3, 'b');
      story.incomingHooks(101.5, 'b', Q820);
      story.left(102, 'c');
      story.stopped(103.4, 'b', 'destroyed');
      story.startHooks(103.5, 'c', Q820);
    });
    expect(hops(vm)).toEqual(['a→b: completed', 'b→c: completed', 'c→b: completed']);
    expect(vm.processes.at(-1)).toMatchObject({ host: 'c', origin: 'cold-boot', attested: true });
    expect(vm.carried.map(({ value, certainty }) => [value, certainty])).toEqual([
      ['off', 'certain'],
      ['off', 'certain'],
    ]);
  });

  it('is a hop, and not attested, where no hook speaks and the guest runs elsewhere', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q800);
      story.tell(100, {
        type: 'ProcessStarted',
        host: 'b',
        name: null,
        build: Q820,
        configuration: machine(),
        kernel: null,
      });
    });
    expect(hops(vm)).toEqual(['a→b: in-flight']);
  });

  it('is a boot after an offline migration, when the guest was off', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q800);
      story.stopped(50, 'a', 'shutdown');
      story.asked(100, 'b');
      story.startHooks(130, 'b', Q820);
    });
    expect(vm.processes.map(({ origin }) => origin)).toEqual(['cold-boot', 'cold-boot']);
    expect(vm.powerCycles).toHaveLength(2);
  });

  it('that came to nothing is no power cycle', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q722);
      story.saved(50, 'a');
      story.startHooks(100, 'a', Q722, machine(), false);
      story.stopped(100.1, 'a', 'unknown');
    });
    expect(vm.powerCycles).toHaveLength(1);
    expect(vm.state).toBe('saved');
  });
});

describe('a guest first seen running', () => {
  it('has an origin that nobody knows', () => {
    const vm = told((story) => story.adopted(0, 'a', Q820));
    expect(vm.processes[0]).toMatchObject({ origin: 'adopted', attested: false });
    expect(vm.powerCycles[0]).toMatchObject({ birthSeen: false, bornOn: null });
  });

  it('came from the host that it left, through a hop that nobody saw', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q800);
      story.left(100, 'a');
      story.adopted(5_000, 'c', Q820);
    });
    expect(hops(vm)).toEqual(['a→c: unconfirmed, gap']);
    expect(vm.carried.map(({ value, certainty }) => [value, certainty])).toEqual([
      ['on', 'assumed'],
      ['on', 'assumed'],
    ]);
  });

  it('came from nowhere known, after a power-off', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q800);
      story.stopped(100, 'a', 'shutdown');
      story.incoming(5_000, 'c', Q820);
      story.arrived(5_001, 'c');
    });
    expect(hops(vm)).toEqual(['?→c: completed, gap']);
    expect(vm.carried.every(({ certainty }) => certainty === 'unknown')).toBe(true);
  });

  it('is where it went: unknown, when no host there reports', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q800);
      story.left(100, 'a');
    });
    expect(at(vm)).toBe('unknown -');
    // What it carries is not forgotten for that.
    expect(vm.carried.map(({ value, certainty }) => [value, certainty])).toEqual([
      ['on', 'assumed'],
      ['on', 'assumed'],
    ]);
  });
});

describe('a migration within one host', () => {
  it('moves the guest to another binary', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q800);
      story.incoming(100, 'a', Q820);
      story.arrived(101, 'a');
      story.left(101.1, 'a');
    });
    expect(hops(vm)).toEqual(['a→a: completed']);
    expect(vm.current?.build).toEqual(Q820);
    expect(vm.carried.map(({ value, certainty }) => [value, certainty])).toEqual([
      ['on', 'certain'],
      ['on', 'certain'],
    ]);
  });

  it('that never arrives changes nothing', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q800);
      story.incoming(100, 'a', Q820);
      story.stopped(101, 'a', 'failed');
    });
    expect(vm.current?.build).toEqual(Q800);
    expect(vm.hops.map(({ outcome }) => outcome)).toEqual(['failed']);
  });
});
