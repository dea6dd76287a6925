import { describe, expect, it } from '@jest/globals';
import { machine, NIC, PORT, Q722, Q800, Q820, Story } from '../../../test/domain/story.js';
import type { Vm } from './vm.js';
import { at, hops, told } from '../../../test/domain/telling.js';

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
