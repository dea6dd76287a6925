import { describe, expect, it } from '@jest/globals';
import { AER } from '../../../test/domain/known-catalogue.js';
import { device, machine, NIC, PORT } from '../../../test/domain/story.js';
import { matchesQomType, selects } from './selects.js';

describe('a QOM type and a pattern', () => {
  it.each([
    ['e1000e', 'e1000e', true],
    ['e1000e', 'e1000', false],
    ['virtio-*-pci', 'virtio-net-pci', true],
    ['virtio-*-pci', 'virtio-net-pci-transitional', false],
    ['virtio-*-pci*', 'virtio-net-pci-transitional', true],
    ['cxl-*', 'cxl-rp', true],
    ['*', 'anything', true],
    ['virtio-*-pci', 'virtio-pci', false],
    ['a*a', 'a', false],
  ])('%s takes %s: %s', (pattern, type, answer) => {
    expect(matchesQomType(pattern, type)).toBe(answer);
  });
});

describe('which devices the AER mask concerns', () => {
  const aer = device('net1', 'virtio-net-pci', { address: '0000:01:00.0', properties: { aer: 'on' } });

  it('those with an AER capability', () => {
    expect(selects(AER, NIC, machine())).toBe(true);
    expect(selects(AER, PORT, machine())).toBe(true);
    expect(selects(AER, device('video0', 'virtio-vga'), machine())).toBe(false);
    expect(selects(AER, device('nvme0', 'nvme'), machine())).toBe(false);
  });

  it('a virtio device with aer=on behind a PCI Express port', () => {
    expect(selects(AER, aer, machine([PORT, aer]))).toBe(true);
    expect(selects(AER, { ...aer, properties: {} }, machine([PORT, aer]))).toBe(false);
  });

  it('but none on a root bus, or behind a conventional bridge (measured)', () => {
    expect(selects(AER, { ...aer, address: '0000:00:05.0' }, machine([PORT]))).toBe(false);
    const bridge = device('pci.1', 'pcie-pci-bridge', { address: '0000:00:02.0' });
    expect(selects(AER, aer, machine([bridge, aer]))).toBe(false);
  });

  it('nobody knows of a device without a type, or of a place that is not told', () => {
    expect(selects(AER, device('net1', null), machine())).toBeNull();
    expect(selects(AER, { ...aer, address: null }, machine([PORT]))).toBeNull();
    expect(selects(AER, aer, machine([]))).toBeNull();
  });
});
