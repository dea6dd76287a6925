import { describe, expect, it } from '@jest/globals';
import { aerOn, device, machine, PORT, Q722, Q800, Q820, Story, mask } from '../../../test/domain/story.js';
import type { Vm } from './vm.js';

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
