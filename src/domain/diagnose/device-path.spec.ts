import { describe, expect, it } from '@jest/globals';
import type { Device } from '../qemu/device.js';
import { deviceMeant, deviceNamed } from './device-path.js';

const device = (alias: string, qomType: string | null, address: string | null): Device => ({
  alias,
  qomType,
  address,
  properties: {},
});

describe('a device as the stream names it', () => {
  it.each([
    ['0000:00:02.0/pcie-root-port', { address: '0000:00:02.0', behind: null, stateName: 'pcie-root-port' }],
    [
      '0000:00:02.0:00.0/e1000e',
      { path: '0000:00:02.0:00.0', address: null, behind: '0000:00:02.0', stateName: 'e1000e' },
    ],
    [
      '0000:00:03.0:00.0:01.0/xio3130-express-downstream-port',
      { behind: '0000:00:03.0:00.0', qomTypes: ['xio3130-downstream'] },
    ],
    ['serial', { path: null, address: null, stateName: 'serial' }],
    ['kvmclock', { path: null, stateName: 'kvmclock' }],
  ])('%s', (section, expected) => {
    expect(deviceNamed(section)).toMatchObject({ section, ...expected });
  });

  it('in a RAM block has no type', () => {
    expect(deviceNamed('0000:00:05.0/vga.vram', true)).toMatchObject({
      address: '0000:00:05.0',
      stateName: null,
      qomTypes: [],
    });
  });
});

describe('the device of a configuration that is meant', () => {
  const port = device('pci.11', 'pcie-root-port', '0000:00:02.0');
  const nic = device('net0', 'e1000e', '0000:0b:00.0');
  const meant = (section: string, ...devices: readonly Device[]): string | null =>
    deviceMeant(deviceNamed(section), devices)?.alias ?? null;

  it('is found on a root bus, and behind a port by the bus that libvirt gave it', () => {
    expect(meant('0000:00:02.0/pcie-root-port', port, nic)).toBe('pci.11');
    expect(meant('0000:00:02.0:00.0/e1000e', port, nic)).toBe('net0');
  });

  it('is not one of another type, or of a type that nobody knows', () => {
    expect(meant('0000:00:02.0:00.0/igb', port, nic)).toBeNull();
    expect(meant('0000:00:02.0/pcie-root-port', device('pci.11', null, port.address))).toBeNull();
  });

  it('is not guessed where the way down is not known', () => {
    expect(meant('0000:00:02.0:00.0/e1000e', nic)).toBeNull();
    expect(meant('0000:00:02.0:00.0/e1000e', device('port', 'pcie-root-port', port.address), nic)).toBeNull();
    expect(meant('e1000e', port, nic)).toBeNull();
  });
});
