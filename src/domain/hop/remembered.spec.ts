import { describe, expect, it } from '@jest/globals';
import { ask, bornOn, kinds, overridesOf } from '../../../test/domain/asking.js';
import {
  device,
  machine,
  NIC,
  PORT,
  Q10013,
  Q1113,
  Q520,
  Q722,
  Q820,
  withProperty,
} from '../../../test/domain/story.js';
import { isTaint } from '../vm/carried.js';

const RNG = device('rng0', 'virtio-rng-pci', { address: '0000:02:00.0' });
const BY_HAND = withProperty(RNG, 'vectors', '2');
const born = bornOn(Q820, machine([PORT, BY_HAND], 'pc-q35-7.1'));
const hop = (rng: typeof RNG, ...globals: Parameters<typeof machine>[2] & {}): ReturnType<typeof ask> =>
  ask(born, Q1113, { configuration: machine([PORT, rng], 'pc-q35-7.1', globals) });

describe('a property that an operator set by hand', () => {
  it('is carried, and is no taint', () => {
    const value = born.vm().carried.find(({ behaviour }) => behaviour === 'property:vectors');
    expect(value).toMatchObject({ alias: 'rng0', value: '2', certainty: 'certain' });
    expect(value?.because).toMatchObject({ how: 'cold-boot', explicit: 'vectors=2' });
    expect(value === undefined ? null : isTaint(value)).toBe(false);
  });

  it('is asked for again where the destination would not have it', () => {
    const answer = hop(RNG);
    expect([answer.verdict, overridesOf(answer)]).toEqual(['NEEDS_OVERRIDES', ['rng0,vectors=2']]);
  });

  it('is not asked for where the destination has it: on the device, by a -global, or by its own pin', () => {
    expect(kinds(hop(BY_HAND))).not.toContain('needs-override');
    expect(kinds(hop(RNG, { driver: 'virtio-rng-pci', property: 'vectors', value: '0x2' }))).not.toContain(
      'needs-override',
    );
    const pinned = bornOn(Q820, machine([PORT, withProperty(RNG, 'vectors', '0')], 'pc-q35-7.1'));
    const same = ask(pinned, Q1113, { configuration: machine([PORT, RNG], 'pc-q35-7.1') });
    expect(overridesOf(same)).toEqual([]);
  });

  it('travels: it is asked for on every later hop', () => {
    const story = bornOn(Q820, machine([PORT, BY_HAND]));
    story.hop(100, 'a', 'b', Q10013, machine([PORT, BY_HAND]));
    expect(overridesOf(ask(story, Q1113, { configuration: machine([PORT, RNG]) }))).toContain(
      'rng0,vectors=2',
    );
  });

  it('goes with the device that had it', () => {
    const story = bornOn(Q820, machine([PORT, BY_HAND]));
    story.unplugged(50, 'a', 'rng0');
    story.plugged(60, 'a', RNG);
    expect(overridesOf(ask(story, Q1113, { configuration: machine([PORT, RNG]) }))).toEqual([]);
  });

  it('counts when experimental, pinned or not; a knob of the catalogue and what the host wires up do not', () => {
    const set = withProperty(withProperty(NIC, 'x-something', 'on'), 'romfile', 'a.rom');
    const behaviours = bornOn(Q820, machine([PORT, set]))
      .vm()
      .carried.map(({ behaviour }) => behaviour);
    expect(behaviours.filter((id) => id.startsWith('property:'))).toEqual(['property:x-something']);
  });

  it('that the destination does not know leaves the hop open', () => {
    const modern = bornOn(Q1113, machine([withProperty(PORT, 'x-pcie-ext-tag', 'off')]));
    expect(ask(modern, Q722, { configuration: machine([PORT]) })).toMatchObject({ verdict: 'UNKNOWN' });
  });
});

describe('a destination that does not start', () => {
  const reasons = ({ reasons: all }: ReturnType<typeof ask>): readonly string[] =>
    all.filter(({ kind }) => kind.endsWith('missing')).map(({ text }) => text);

  it('for want of a device model', () => {
    const igb = device('net0', 'igb', { address: '0000:01:00.0' });
    const answer = ask(bornOn(Q820, machine([PORT, igb])), Q722, { configuration: machine([PORT, igb]) });
    expect([answer.verdict, answer.asGiven]).toEqual(['BLOCKED', 'does-not-start']);
    expect(reasons(answer)).toEqual([expect.stringContaining('has no device model igb')]);
    expect(answer.wayOut).toContain('a destination whose QEMU has the device model');
  });

  it('for want of a property that makes the device what it is', () => {
    const disk = withProperty(device('disk0', 'virtio-blk-pci', { address: '0000:01:00.0' }), 'aer', 'on');
    const configuration = machine([PORT, disk], 'pc-q35-5.2');
    const answer = ask(bornOn(Q722, configuration), Q520, { configuration });
    expect([answer.verdict, answer.asGiven]).toEqual(['BLOCKED', 'does-not-start']);
    expect(reasons(answer)).toEqual([expect.stringContaining('does not know virtio-blk-pci.aer')]);
  });

  it('for a -global on every PCI device that it does not know, whatever devices the guest has', () => {
    const configuration = machine([], 'pc-q35-7.2', [
      { driver: 'pci-device', property: 'x-pcie-err-unc-mask', value: 'on' },
    ]);
    expect(ask(bornOn(Q820, machine([])), Q722, { configuration })).toMatchObject({
      verdict: 'NEEDS_OVERRIDES',
      asGiven: 'does-not-start',
      removals: [{ alias: null, property: 'x-pcie-err-unc-mask' }],
    });
  });

  it('for a knob on a device that it does nothing on', () => {
    const vga = withProperty(device('video0', 'VGA'), 'x-pcie-err-unc-mask', 'on');
    expect(ask(bornOn(Q820, machine([vga])), Q722, { configuration: machine([vga]) }).removals).toEqual([
      { alias: 'video0', property: 'x-pcie-err-unc-mask' },
    ]);
  });
});

describe('a device that the destination would not have', () => {
  const guest = bornOn(Q820, machine([PORT, NIC]));
  it('is a section that nobody takes, when just this is to be launched', () => {
    const answer = ask(guest, Q1113, { configuration: { ...machine([PORT]), exact: true } });
    expect([answer.verdict, answer.asGiven]).toEqual(['BLOCKED', 'refused']);
    expect(kinds(answer)).toEqual(['device-missing']);
  });

  it('was unplugged unseen, when a running guest’s definition leaves it out', () => {
    expect(ask(guest, Q1113, { configuration: machine([PORT]) }).verdict).toBe('SAFE');
  });

  it('is there under another name at the same place', () => {
    const renamed = { ...NIC, alias: 'nic7' };
    const answer = ask(guest, Q1113, { configuration: { ...machine([PORT, renamed]), exact: true } });
    expect(answer.verdict).toBe('SAFE');
  });
});
