import { describe, expect, it } from '@jest/globals';
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
  time,
  mask,
  ON,
  OFF,
} from '../../../test/domain/story.js';

const AER = 'pcie-err-unc-mask';

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
