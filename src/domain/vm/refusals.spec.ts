import { describe, expect, it } from '@jest/globals';
import { catalogueOf, QUEUES } from '../../../test/domain/known-catalogue.js';
import {
  aerOn,
  DISK,
  machine,
  mask,
  NIC,
  PORT,
  Q722,
  Q800,
  Q820,
  Story,
} from '../../../test/domain/story.js';
import type { Vm } from './vm.js';

const bytes = (read: string): string =>
  `get_pci_config_device: Bad config data: i=0x10a read: ${read} device: 0 cmask: ff wmask: 0 w1cmask:0`;
const AT_PORT = `${bytes('40')}
Failed to load PCIDevice:config
error while loading state for instance 0x0 of device '0000:00:02.0/pcie-root-port'
load of migration failed: Invalid argument`;
const AT_NIC = `${bytes('40')}
load of migration failed: Invalid argument: error while loading state for instance 0x0 of device '0000:00:02.0:00.0/e1000e': Failed to load element of type pci config for config`;

/** A hop from `a` that `b` refuses in these words. */
const refusedHop = (story: Story, error: string | null, seconds = 100): string => {
  story.incoming(seconds, 'b', Q820);
  return story.refused(seconds + 5, 'b', error);
};
const valueOf = (vm: Vm, alias: string) => vm.carried.find((value) => value.alias === alias);

describe('a refused hop that names a device and its register', () => {
  it('makes known what a VM carries that was first seen running', () => {
    const story = new Story();
    story.adopted(0, 'a', Q722, machine());
    expect(mask(story.vm())).toEqual({ 'pci.1': '?', net0: '?' });
    const failed = refusedHop(story, AT_PORT);
    const vm = story.vm();
    expect(mask(vm)).toEqual({ 'pci.1': 'on', net0: '?' });
    expect(valueOf(vm, 'pci.1')).toMatchObject({
      certainty: 'certain',
      because: { how: 'observation', eventId: failed },
      drift: null,
    });
  });

  it('outranks what was derived, and both are kept', () => {
    const story = new Story();
    story.launched(0, 'a', Q722);
    const failed = refusedHop(story, AT_NIC);
    const vm = story.vm();
    expect(mask(vm)).toEqual({ 'pci.1': 'off', net0: 'on' });
    expect(valueOf(vm, 'net0')?.drift).toEqual({ derived: 'off', observed: 'on', eventId: failed });
  });

  it('changes nothing where it was known', () => {
    const story = new Story();
    story.launched(0, 'a', Q800);
    const before = story.vm().carried;
    refusedHop(story, AT_PORT);
    expect(story.vm().carried).toEqual(before);
  });

  it('stays known on the next hop', () => {
    const story = new Story();
    story.adopted(0, 'a', Q722, machine());
    refusedHop(story, AT_PORT);
    story.hop(200, 'a', 'c', Q820, machine([aerOn(PORT), aerOn(NIC)]));
    expect(mask(story.vm())).toEqual({ 'pci.1': 'on', net0: '?' });
  });

  it('speaks of the power cycle that it was in', () => {
    const story = new Story();
    story.adopted(0, 'a', Q722, machine());
    refusedHop(story, AT_PORT);
    story.stopped(200, 'a', 'shutdown');
    story.launched(300, 'a', Q722);
    expect(mask(story.vm())).toEqual({ 'pci.1': 'off', net0: 'off' });
  });

  it('says nothing of a device plugged in its place later', () => {
    const story = new Story();
    story.adopted(0, 'a', Q722, machine());
    refusedHop(story, AT_NIC);
    story.unplugged(200, 'a', 'net0');
    story.plugged(300, 'a', NIC);
    expect(mask(story.vm())).toEqual({ 'pci.1': '?', net0: 'off' });
  });

  it.each([
    ['of a type that it has not', AT_NIC.replace('e1000e', 'igb')],
    ['at another place', AT_PORT.replace('0000:00:02.0', '0000:00:03.0')],
    ['with a byte that stands for no value', AT_PORT.replace('read: 40', 'read: 41')],
    ['at another register', AT_PORT.replace('i=0x10a', 'i=0x10e')],
    ['without the line that names the device', bytes('40')],
    ['in words that say nothing', 'load of migration failed: Invalid argument'],
    ['and nothing was said', null],
  ])('is no evidence when it speaks of a device %s', (_how, error) => {
    const story = new Story();
    story.adopted(0, 'a', Q722, machine());
    refusedHop(story, error);
    expect(mask(story.vm())).toEqual({ 'pci.1': '?', net0: '?' });
  });

  it('counts in whatever order the events are recorded', () => {
    const story = new Story();
    story.adopted(0, 'a', Q722, machine());
    refusedHop(story, AT_PORT);
    const told = story.vm().carried;
    story.events.reverse();
    expect(story.vm().carried).toEqual(told);
  });

  it('is of no use to a behaviour that is not observed by a register', () => {
    const story = new Story();
    story.launched(0, 'a', Q722, machine([PORT, NIC, DISK]));
    refusedHop(story, AT_PORT);
    expect(story.vm({ catalogue: catalogueOf(QUEUES) }).carried).toMatchObject([
      { value: 'own', drift: null },
    ]);
  });
});

describe('a refused restore', () => {
  /** Saved on `a`, which is upgraded, and restored on the host given. */
  const refusedOn = (host: string, ...files: readonly string[]): Vm => {
    const story = new Story();
    story.adopted(0, 'a', Q722, machine());
    for (const [at, file] of files.entries()) story.saved(100 + at, 'a', file, at === files.length - 1);
    story.asked(200, host, machine(), 'restore');
    story.tell(201, {
      type: 'HopStarted',
      host,
      name: 'vm1',
      via: 'restore',
      build: Q820,
      configuration: machine(),
      kernel: null,
    });
    story.refused(205, host, AT_PORT);
    return story.vm();
  };
  const savedValues = (vm: Vm): readonly (string | null | undefined)[] =>
    vm.savedStates.map(({ carried }) => carried.find(({ alias }) => alias === 'pci.1')?.value);

  it('makes known what the saved state carries', () => {
    const vm = refusedOn('a', 'file-1');
    expect(savedValues(vm)).toEqual(['on']);
    expect(mask(vm)).toEqual({ 'pci.1': 'on', net0: '?' });
  });

  it('says nothing where it may have been another state', () => {
    expect(savedValues(refusedOn('b', 'file-1'))).toEqual([null]);
    expect(savedValues(refusedOn('a', 'file-1', 'file-2'))).toEqual([null, null]);
  });
});
