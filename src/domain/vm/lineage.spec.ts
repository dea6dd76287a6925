import { describe, expect, it } from '@jest/globals';
import { machine, NIC, PORT, Q10013, Q722, Q800, Q820, Story, time } from '../../../test/domain/story.js';
import type { Vm } from './vm.js';

/** Each hop as `from→to: outcome`, with what marks it. */
const hops = (vm: Vm): readonly string[] =>
  vm.hops.map(
    ({ from, to, outcome, gap }) => `${from?.host ?? '?'}→${to.host}: ${outcome}${gap ? ', gap' : ''}`,
  );
const told = (tell: (story: Story) => void): Vm => {
  const story = new Story();
  tell(story);
  return story.vm();
};
const at = (vm: Vm): string => `${vm.state} ${vm.current?.host ?? '-'}`;

describe('a hop', () => {
  it('is one fact, attested by both ends', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q722);
      story.hop(100, 'a', 'b', Q820);
    });
    expect(hops(vm)).toEqual(['a→b: completed']);
    expect(vm.hops[0]).toMatchObject({ confirmedBy: ['source', 'destination'], endedAt: time(100.5) });
    expect(at(vm)).toBe('running b');
  });

  it('is the same fact when the source alone attests to it: libvirt has no hook for an arrival', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q722);
      story.incomingHooks(100, 'b', Q820);
      story.stopped(101, 'a', 'unknown');
      story.left(101.01, 'a');
    });
    expect(hops(vm)).toEqual(['a→b: completed']);
    expect(vm.hops[0]?.confirmedBy).toEqual(['source']);
    expect(at(vm)).toBe('running b');
  });

  it('is unconfirmed where the source cannot say why it ended (libvirt 9.0)', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q722);
      story.incomingHooks(100, 'b', Q820);
      story.stopped(101, 'a', 'unknown');
    });
    expect(hops(vm)).toEqual(['a→b: unconfirmed']);
    expect(at(vm)).toBe('running b');
  });

  it('is in flight from `started`, which is no arrival', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q722);
      story.incomingHooks(100, 'b', Q820);
    });
    expect(hops(vm)).toEqual(['a→b: in-flight']);
    expect(at(vm)).toBe('migrating a');
  });

  it('arrived, when the guest shows life there', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q722);
      story.incomingHooks(100, 'b', Q820);
      story.reset(200, 'b');
    });
    expect(hops(vm)).toEqual(['a→b: unconfirmed']);
    expect(at(vm)).toBe('running b');
  });

  it('that was only asked for came to nothing: refused by the hook, or an offline migration', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q722);
      story.asked(100, 'b');
    });
    expect(hops(vm)).toEqual(['a→b: prepared']);
    expect(vm.processes).toHaveLength(1);
    expect(at(vm)).toBe('running a');
  });
});

describe('a refused hop', () => {
  it('leaves the guest where it was', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q800);
      story.incomingHooks(100, 'b', Q820);
      story.stopped(100.8, 'b', 'unknown');
      story.stopped(100.81, 'b', 'failed');
    });
    expect(hops(vm)).toEqual(['a→b: failed']);
    expect(at(vm)).toBe('running a');
  });

  it('is known as one although libvirt 9.0 gives no reason, as long as the source runs on', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q800);
      story.incomingHooks(100, 'b', Q820);
      story.stopped(100.8, 'b', 'unknown');
      story.stopped(100.81, 'b', 'unknown');
    });
    expect(hops(vm)).toEqual(['a→b: failed']);
    expect(at(vm)).toBe('running a');
  });

  it('stays one when the source leaves for elsewhere afterwards', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q800);
      story.incomingHooks(100, 'b', Q820);
      story.stopped(100.8, 'b', 'unknown');
      story.hop(130, 'a', 'c', Q10013);
    });
    expect(hops(vm)).toEqual(['a→b: failed', 'a→c: completed']);
    expect(at(vm)).toBe('running c');
  });

  it('keeps the destination’s words', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q800);
      story.incoming(100, 'b', Q820);
      story.refused(101, 'b', 'load of migration failed: Invalid argument');
    });
    expect(vm.hops[0]).toMatchObject({
      outcome: 'failed',
      error: 'load of migration failed: Invalid argument',
    });
  });

  it('is one by the destination’s word, though the source said that it completed', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q800);
      story.incoming(100, 'b', Q820);
      story.refused(101, 'b');
      story.left(101.2, 'a');
    });
    expect(hops(vm)).toEqual(['a→b: failed']);
  });

  it('is one by the source’s monitor when the destination fell silent', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q800);
      story.incoming(100, 'b', Q820);
      story.refused(101, 'a', 'Unable to write to socket: Broken pipe');
    });
    expect(hops(vm)).toEqual(['a→b: failed']);
    expect(at(vm)).toBe('running a');
  });

  it('is none when QEMU is killed long after the guest came', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q722);
      story.incomingHooks(100, 'b', Q820);
      story.left(101, 'a');
      story.stopped(4_000, 'b', 'failed'); // `Stopped Failed`
    });
    expect(hops(vm)).toEqual(['a→b: completed']);
    expect(at(vm)).toBe('stopped -');
  });

  it('before `started`, by a hook that says no, is one at once', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q722);
      story.asked(100, 'b');
      story.startHooks(100.02, 'b', null, null, false);
      story.stopped(100.1, 'b', 'unknown');
    });
    expect(hops(vm)).toEqual(['a→b: failed']);
  });
});

describe('retries and bounces', () => {
  it('a retry is a hop of its own', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q800);
      story.incomingHooks(100, 'b', Q820);
      story.stopped(100.9, 'b', 'failed');
      story.incomingHooks(101.1, 'b', Q820);
      story.left(102, 'a');
    });
    expect(hops(vm)).toEqual(['a→b: failed', 'a→b: completed']);
  });

  it('a first try whose end was lost does not take the place of the one that arrived', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q800);
      story.incomingHooks(100, 'b', Q820);
      story.hop(200, 'a', 'c', Q820);
    });
    expect(hops(vm)).toEqual(['a→b: failed', 'a→c: completed']);
    expect(at(vm)).toBe('running c');
  });

  it('there and back within seconds, by hosts whose clocks are 1.8 s apart', () => {
    const bounce = (ahead: number): Vm =>
      told((story) => {
        story.launched(0, 'a', Q722);
        story.incoming(60 + ahead, 'b', Q820);
        story.arrived(60.4 + ahead, 'b');
        story.left(60.4, 'a');
        story.incoming(61.2, 'a', Q722);
        story.arrived(61.6, 'a');
        story.left(61.6 + ahead, 'b');
      });
    expect([-1.8, -0.5, 0, 0.5, 1.8].map((ahead) => hops(bounce(ahead)))).toEqual(
      Array(5).fill(['a→b: completed', 'b→a: completed']),
    );
  });

  it('a long way round comes out the same with clocks hours apart, when they are measured', () => {
    const way = (hours: number): readonly string[] => {
      const story = new Story();
      const skew = { clockSkewMs: hours * 3_600_000 };
      const ahead = hours * 3_600;
      story.launched(0, 'a', Q722);
      story.tell(
        100 + ahead,
        {
          type: 'HopStarted',
          host: 'b',
          name: null,
          via: 'migration',
          build: Q820,
          configuration: machine(),
          kernel: null,
        },
        skew,
      );
      story.tell(
        100.5 + ahead,
        { type: 'HopCompleted', host: 'b', name: null, attestedBy: 'destination', statistics: null },
        skew,
      );
      story.left(100.6, 'a');
      story.incoming(300, 'a', Q722);
      story.tell(
        300.5 + ahead,
        { type: 'HopCompleted', host: 'b', name: null, attestedBy: 'source', statistics: null },
        skew,
      );
      return [...hops(story.vm()), at(story.vm())];
    };
    expect(way(5)).toEqual(way(0));
    expect(way(-5)).toEqual(['a→b: completed', 'b→a: completed', 'running a']);
  });

  it('a way back, its way there unreported, is a gap', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q722);
      story.left(100, 'a');
      story.incoming(500, 'a', Q722);
      story.arrived(501, 'a');
    });
    expect(hops(vm)).toEqual(['a→a: completed, gap']);
    expect(vm.carried.every(({ certainty }) => certainty === 'assumed')).toBe(true);
  });
});

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

describe('a restore', () => {
  it('takes the state it names, else the latest', () => {
    const story = new Story();
    story.launched(0, 'a', Q800, machine([PORT]));
    story.saved(10, 'a', 'before', false);
    story.plugged(20, 'a', NIC);
    story.saved(30, 'a', 'after');
    const named = (name: string | null): Vm => {
      const restored = new Story();
      restored.events.push(...story.events);
      restored.restored(100, 'a', Q800, name, null);
      return restored.vm();
    };
    expect(named('before').carried.map(({ alias }) => alias)).toEqual(['pci.1']);
    expect(named('after').carried.map(({ alias }) => alias)).toEqual(['pci.1', 'net0']);
    expect(named('after').hops[0]?.savedState).toEqual({ id: 'after', certainty: 'certain' });
    expect(named(null).hops[0]?.savedState).toEqual({ id: 'after', certainty: 'assumed' });
    expect(named(null).carried.map(({ certainty }) => certainty)).toEqual(['assumed', 'assumed']);
    expect(named('nobody knows').hops[0]).toMatchObject({ gap: true, savedState: null });
  });

  it('of a name that was saved twice takes what was saved last', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q800, machine([PORT]));
      story.saved(10, 'a', 'nightly', false);
      story.plugged(20, 'a', NIC);
      story.saved(30, 'a', 'nightly');
      story.restored(100, 'b', Q820, 'nightly', null);
    });
    expect(vm.carried.map(({ alias, certainty }) => [alias, certainty])).toEqual([
      ['pci.1', 'certain'],
      ['net0', 'certain'],
    ]);
  });

  it('is attested by hooks alone: libvirt says `started` only when the state is loaded', () => {
    const hooks = (up: boolean): Vm =>
      told((story) => {
        story.startHooks(0, 'a', Q800);
        story.saved(50, 'a');
        story.asked(100, 'a', machine(), 'restore');
        story.startHooks(100.02, 'a', Q800, machine(), up);
        if (!up) story.stopped(100.4, 'a', 'unknown');
      });
    expect([hops(hooks(true)), at(hooks(true))]).toEqual([['a→a: completed'], 'running a']);
    expect([hops(hooks(false)), at(hooks(false))]).toEqual([['a→a: failed'], 'saved -']);
  });

  it('of what libvirt 9.0 saved without saying so is assumed', () => {
    const vm = told((story) => {
      story.startHooks(0, 'a', Q800);
      story.stopped(50, 'a', 'unknown');
      story.asked(100, 'a', machine(), 'restore');
      story.startHooks(100.02, 'a', Q820);
    });
    expect(vm.carried.map(({ value, certainty }) => [value, certainty])).toEqual([
      ['on', 'assumed'],
      ['on', 'assumed'],
    ]);
    expect(vm.hops[0]?.savedState?.certainty).toBe('assumed');
  });

  it('of another VM’s state is not taken for one of its own', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q722);
      story.saved(10, 'a', 'golden');
      story.tell(100, {
        type: 'StateRestored',
        host: 'a',
        name: null,
        build: Q722,
        configuration: machine(),
        kernel: null,
        savedState: 'golden',
        fromVm: '99999999-2222-4333-8444-555555555555',
      });
    });
    expect(vm.hops[0]).toMatchObject({ gap: true, savedState: null });
    expect(vm.carried.every(({ value }) => value === null)).toBe(true);
  });

  it('is what a log’s `-incoming` means for a guest that was saved', () => {
    const vm = told((story) => {
      story.launched(0, 'a', Q800);
      story.saved(50, 'a');
      story.incoming(100, 'a', Q820);
    });
    expect(vm.hops.map(({ via }) => via)).toEqual(['restore']);
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
