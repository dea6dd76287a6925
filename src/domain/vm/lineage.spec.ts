import { describe, expect, it } from '@jest/globals';
import { machine, Q10013, Q722, Q800, Q820, Story, time } from '../../../test/domain/story.js';
import type { Vm } from './vm.js';
import { at, hops, told } from '../../../test/domain/telling.js';

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
