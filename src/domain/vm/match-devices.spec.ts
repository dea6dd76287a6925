import { describe, expect, it } from '@jest/globals';
import { device } from '../../../test/domain/story.js';
import type { Device } from '../qemu/device.js';
import { matchDevices } from './match-devices.js';

const pairs = (from: readonly Device[], to: readonly Device[]): readonly string[] =>
  [...matchDevices(from, to)].map(([there, here]) => `${here.alias}→${there.alias}`);
const nic = (alias: string, address: string | null): Device => device(alias, 'e1000e', { address });

describe('which device of the source a device of the destination is', () => {
  it('goes by the address when aliases are dealt anew', () => {
    // net0 was unplugged; at the destination libvirt counts from nought again.
    expect(pairs([nic('net1', '0000:02:00.0')], [nic('net0', '0000:02:00.0')])).toEqual(['net1→net0']);
    expect(
      pairs(
        [nic('net0', '0000:01:00.0'), nic('net1', '0000:02:00.0')],
        [nic('net0', '0000:02:00.0'), nic('net1', '0000:01:00.0')],
      ),
    ).toEqual(['net1→net0', 'net0→net1']);
  });

  it('goes by the alias where one of them has no address', () => {
    expect(pairs([nic('net1', null)], [nic('net1', '0000:02:00.0')])).toEqual(['net1→net1']);
  });

  it('never takes the alias for the device when the addresses differ', () => {
    expect(pairs([nic('net0', '0000:01:00.0')], [nic('net0', '0000:02:00.0')])).toEqual([]);
  });

  it('never takes a device of another type', () => {
    expect(
      pairs([device('net0', 'igb', { address: '0000:01:00.0' })], [nic('net0', '0000:01:00.0')]),
    ).toEqual([]);
  });

  it('takes one whose type nobody told', () => {
    expect(pairs([device('net1', null)], [nic('net1', '0000:02:00.0')])).toEqual(['net1→net1']);
  });

  it('gives each device once', () => {
    expect(pairs([nic('net0', '0000:01:00.0')], [nic('net0', '0000:01:00.0'), nic('net0', null)])).toEqual([
      'net0→net0',
    ]);
  });
});
