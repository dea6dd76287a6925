import { describe, expect, it } from '@jest/globals';
import { pinnedValue } from '../domain/catalogue/pin-lookup.js';
import { readReleaseFor } from '../domain/catalogue/read-release.js';
import { loadCatalogue } from './load.js';

const catalogue = loadCatalogue();
const ROOT_PORT = [
  'pcie-root-port',
  'pcie-root-port-base',
  'pcie-slot',
  'pcie-port',
  'pci-bridge',
  'base-pci-bridge',
  'pci-device',
  'device',
];
const NET = ['virtio-net-device', 'virtio-device', 'device'];

const valueOf = (
  qomTypes: readonly string[],
  property: string,
  machineType: string,
  version: string,
): string | undefined => pinnedValue(catalogue, { qomTypes, property, machineType, version })?.value;

describe('pinnedValue on the rows read from QEMU', () => {
  it.each([
    ['pc-q35-7.2', '7.2.10', undefined],
    ['pc-q35-7.2', '8.0.0', undefined],
    ['pc-q35-7.2', '8.0.1', 'off'],
    ['pc-q35-7.2', '10.0.2', 'off'],
    ['pc-q35-7.2', '11.1.3', 'off'],
    ['pc-i440fx-5.1', '8.1.0', 'off'],
    ['virt-7.2', '9.0.0', 'off'],
    ['pc-q35-8.0', '8.0.0', undefined],
    ['pc-q35-8.0', '8.0.1', undefined],
    ['pc-q35-8.0', '10.0.2', undefined],
    ['pc-q35-9.2+pve1', '10.0.2', undefined],
  ])('x-pcie-err-unc-mask of a root port of %s on %s is %s', (machineType, version, value) => {
    expect(valueOf(ROOT_PORT, 'x-pcie-err-unc-mask', machineType, version)).toBe(value);
  });

  it.each([
    // The pin went into the wrong array first (types up to 8.0), and per series into the right one.
    ['pc-q35-8.1', '8.2.0', undefined],
    ['pc-q35-8.1', '8.2.4', undefined],
    ['pc-q35-8.1', '8.2.5', 'off'],
    ['pc-q35-8.1', '9.0.0', undefined],
    ['pc-q35-8.1', '9.0.1', 'off'],
    ['pc-q35-8.0', '8.2.0', 'off'],
    ['pc-q35-8.0', '8.2.5', 'off'],
    ['pc-q35-8.0', '9.0.0', 'off'],
    ['pc-q35-8.2', '9.0.1', undefined],
  ])('USO of %s on %s is %s: a fix lands per series', (machineType, version, value) => {
    expect(valueOf(NET, 'host_uso', machineType, version)).toBe(value);
  });

  it.each([
    ['pc-q35-4.0', 'off'],
    // The bug-fix type of the 4.0 series; its third number is none that an array goes by.
    ['pc-q35-4.0.1', 'off'],
    ['pc-q35-4.1', undefined],
  ])('EDID of a VGA of %s on 5.0.0 is %s: 4.0.1 has the arrays of 4.0', (machineType, value) => {
    expect(valueOf(['VGA'], 'edid', machineType, '5.0.0')).toBe(value);
  });

  it('gives a value that changed within its array per release', () => {
    const model = (version: string): string | undefined =>
      valueOf(['qemu64-x86_64-cpu'], 'model-id', 'pc-i440fx-2.2', version);
    expect(model('2.6.0')).toBeUndefined();
    expect(model('2.11.2')).toBe('QEMU Virtual CPU version 2.3.0');
    expect(model('2.12.0')).toBe('QEMU Virtual CPU version 2.2.0');
  });

  it('says nothing of machine types without a version, development builds and series that were not read', () => {
    expect(valueOf(ROOT_PORT, 'x-pcie-err-unc-mask', 'q35', '10.0.2')).toBeUndefined();
    expect(valueOf(ROOT_PORT, 'x-pcie-err-unc-mask', 'pc-q35-7.2', '10.0.50')).toBeUndefined();
    expect(valueOf(ROOT_PORT, 'x-pcie-err-unc-mask', 'pc-q35-7.2', '77.0.0')).toBeUndefined();
  });
});

describe('readReleaseFor on the releases read', () => {
  it.each([
    ['8.0.1', '8.0.1'],
    ['10.0.13', '10.0.3'],
    ['2.4.0.1', '2.4.0.1'],
    ['7.2', '7.2.0'],
    ['10.2.50', null],
    ['77.0.0', null],
    ['no version', null],
  ])('%s is told by %s', (version, release) => {
    expect(readReleaseFor(catalogue, version)).toBe(release);
  });
});
