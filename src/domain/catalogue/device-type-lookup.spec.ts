import { describe, expect, it } from '@jest/globals';
import { BUNDLED } from '../../../test/domain/known-catalogue.js';
import type { Build } from '../qemu/build.js';
import { ancestorsOf, deviceTypeIn, propertyIn, type DeviceTypeFacts } from './device-type-lookup.js';
import type { DeviceTypeEntry } from './device-type.js';

const other = (version: string): Build => ({ version, package: 'of another distribution' });
const unpacked = (version: string): Build => ({ version, package: null });
const BOOKWORM: Build = { version: '7.2.22', package: 'Debian 1:7.2+dfsg-7+deb12u18+b3' };
const BULLSEYE: Build = { version: '5.2.0', package: 'Debian 1:5.2+dfsg-11+deb11u3' };
const SID: Build = { version: '11.1.3', package: 'Debian 1:11.1.3+ds-1' };

describe('whether a build has a device type', () => {
  it.each([
    [BOOKWORM, 'absent'],
    [other('7.0.0'), 'absent'],
    [other('7.2.5'), 'absent'],
    [unpacked('8.0.0'), 'present'],
    [other('8.1.0'), 'present'],
    [other('11.1.0'), 'present'],
    [other('12.0.0'), 'present'],
    [other('8.1.50'), 'unknown'],
    [other('of my own'), 'unknown'],
  ] as const)('igb, first in 8.0.0: %j is %s', (build, answer) => {
    expect(deviceTypeIn(BUNDLED, 'igb', build)).toBe(answer);
  });

  it('lies between two builds that disagree: not known', () => {
    expect(
      ['8.1.0', '8.2.0', '9.1.0'].map((at) => deviceTypeIn(BUNDLED, 'virtio-sound-pci', other(at))),
    ).toEqual(['unknown', 'present', 'present']);
    expect(deviceTypeIn(BUNDLED, 'vhost-user-snd-pci', other('9.1.0'))).toBe('unknown');
    expect(deviceTypeIn(BUNDLED, 'vhost-user-snd-pci', other('7.2.0'))).toBe('absent');
  });

  it('lies behind a build that lost it: not known, though the build probed answers for itself', () => {
    expect(deviceTypeIn(BUNDLED, 'pvrdma', BOOKWORM)).toBe('present');
    expect(deviceTypeIn(BUNDLED, 'pvrdma', SID)).toBe('absent');
    expect(deviceTypeIn(BUNDLED, 'pvrdma', other('11.1.3'))).toBe('unknown');
  });

  it('lacks it in a build of fewer parts: that proves nothing, not even for itself where others have it', () => {
    expect(deviceTypeIn(BUNDLED, 'virtio-9p-pci', other('8.0.0'))).toBe('present');
    expect(deviceTypeIn(BUNDLED, 'virtio-9p-pci', unpacked('8.0.0'))).toBe('unknown');
    expect(deviceTypeIn(BUNDLED, 'iommu-testdev', unpacked('8.0.0'))).toBe('absent');
  });

  it('has it in a package of its own: no list says that it cannot be had', () => {
    expect(deviceTypeIn(BUNDLED, 'qxl-vga', BOOKWORM)).toBe('present');
    expect(deviceTypeIn(BUNDLED, 'qxl-vga', SID)).toBe('unknown');
  });

  it('is told of what is not a PCI device too, where the whole list was asked for', () => {
    expect(deviceTypeIn(BUNDLED, 'usb-tablet', other('9.1.0'))).toBe('present');
    expect(deviceTypeIn(BUNDLED, 'scsi-disk', BULLSEYE)).toBe('present');
    expect(deviceTypeIn(BUNDLED, 'scsi-disk', SID)).toBe('absent');
  });

  it('has never been seen: not known', () => {
    expect(deviceTypeIn(BUNDLED, 'my-own-nic', SID)).toBe('unknown');
    expect(deviceTypeIn(BUNDLED, 'constructor', SID)).toBe('unknown');
  });
});

describe('whether a build has a property of a device type', () => {
  const MASK = 'x-pcie-err-unc-mask';

  it.each([
    [BOOKWORM, 'absent'],
    [other('7.2.3'), 'absent'],
    [unpacked('8.0.0'), 'absent'],
    [other('8.0.0'), 'absent'],
    [other('8.0.1'), 'present'],
    [other('8.0.5'), 'present'],
    [other('8.1.0'), 'present'],
    [other('10.0.13'), 'present'],
    [SID, 'present'],
  ] as const)('x-pcie-err-unc-mask of any PCI device, read from the source: %j is %s', (build, answer) => {
    expect(propertyIn(BUNDLED, 'e1000e', MASK, build)).toBe(answer);
    expect(propertyIn(BUNDLED, 'pci-device', MASK, build)).toBe(answer);
    expect(propertyIn(BUNDLED, 'virtio-crypto-pci', MASK, build)).toBe(answer);
  });

  it('tells the aer property of virtio from the builds probed: it came after 5.2', () => {
    const of = (build: Build): string => propertyIn(BUNDLED, 'virtio-net-pci', 'aer', build);
    expect([BULLSEYE, other('5.1.0'), BOOKWORM, other('7.2.0'), other('9.1.0')].map(of)).toEqual([
      'absent',
      'absent',
      'present',
      'present',
      'present',
    ]);
    expect(of(other('6.1.0'))).toBe('unknown');
  });

  it('has none of a type that it has not', () => {
    expect(propertyIn(BUNDLED, 'igb', 'mac', BOOKWORM)).toBe('absent');
    expect(propertyIn(BUNDLED, 'igb', 'mac', other('7.0.0'))).toBe('absent');
    expect(propertyIn(BUNDLED, 'igb', 'mac', other('9.0.0'))).toBe('present');
  });

  it('sees that a knob was taken out again', () => {
    const of = (build: Build): string => propertyIn(BUNDLED, 'pcie-root-port', 'disable-acs', build);
    expect([other('9.1.0'), other('10.2.0'), other('11.0.0'), SID].map(of)).toEqual([
      'present',
      'present',
      'absent',
      'absent',
    ]);
  });

  it('takes the word of a binary over that of a scan which lost a property to another spelling', () => {
    expect(propertyIn(BUNDLED, 'PIIX4_PM', 'acpi-pci-hotplug-with-bridge-support', other('10.1.0'))).not.toBe(
      'absent',
    );
    expect(propertyIn(BUNDLED, 'vmxnet3', 'x-disable-pcie', other('10.0.13'))).toBe('present');
    expect(propertyIn(BUNDLED, 'vmxnet3', 'x-disable-pcie', other('10.1.0'))).toBe('absent');
  });

  it('reaches the device inside a virtio proxy', () => {
    expect(propertyIn(BUNDLED, 'virtio-net-pci', 'host_uso', BOOKWORM)).toBe('absent');
    expect(propertyIn(BUNDLED, 'virtio-net-pci', 'host_uso', other('9.1.0'))).toBe('present');
    expect(propertyIn(BUNDLED, 'virtio-net-pci', 'use-started', BOOKWORM)).toBe('present');
  });

  it('knows a misspelt property to be missing only where the binary was asked', () => {
    expect(propertyIn(BUNDLED, 'e1000e', 'x-pci-e-err-unc-mask', SID)).toBe('absent');
    expect(propertyIn(BUNDLED, 'e1000e', 'x-pci-e-err-unc-mask', other('10.1.0'))).toBe('unknown');
  });
});

describe('what a device type derives from', () => {
  it('is told nearest first, up to the root', () => {
    expect(ancestorsOf(BUNDLED, 'pcie-root-port')).toEqual([
      'pcie-root-port-base',
      'pcie-slot',
      'pcie-port',
      'base-pci-bridge',
      'pci-device',
      'device',
    ]);
  });

  it('for a virtio proxy goes on with the device inside it', () => {
    expect(ancestorsOf(BUNDLED, 'virtio-net-pci')).toEqual([
      'virtio-net-pci-base',
      'virtio-pci',
      'pci-device',
      'device',
      'virtio-net-device',
      'virtio-device',
    ]);
    expect(ancestorsOf(BUNDLED, 'virtio-vga')).toEqual(
      expect.arrayContaining(['virtio-pci', 'virtio-gpu-device', 'virtio-device']),
    );
  });

  it('is no device of the like name where there is none inside', () => {
    expect(ancestorsOf(BUNDLED, 'pvpanic-pci')).toEqual(['pci-device', 'device']);
  });

  it('is nothing for a type that nobody has seen, and ends where types go round', () => {
    expect(ancestorsOf(BUNDLED, 'my-own-nic')).toEqual([]);
    const round = (name: string, parent: string): DeviceTypeEntry => ({
      name,
      parent,
      inner: null,
      abstract: false,
      optional: false,
      absentIn: [],
      unaskedIn: [],
      properties: [],
    });
    const facts: DeviceTypeFacts = {
      ...BUNDLED,
      deviceTypes: new Map([
        ['a', round('a', 'b')],
        ['b', round('b', 'a')],
      ]),
    };
    expect(ancestorsOf(facts, 'a')).toEqual(['b', 'a']);
  });
});
