import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../catalogue/load.js';
import type { Catalogue, Pin } from './catalogue.js';
import { pinnedValue } from './pin-lookup.js';
import { readReleaseFor } from './read-release.js';

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

  it('gives 4.0.1 the arrays of 4.0', () => {
    const edid = pinnedValue(catalogue, {
      qomTypes: ['VGA'],
      property: 'edid',
      machineType: 'pc-q35-3.1',
      version: '5.0.0',
    });
    expect(edid?.pin.array).toBe('hw_compat_3_1');
    const [any] = catalogue.pins.filter(
      ({ array, lastRelease }) =>
        (array === 'hw_compat_4_0' && lastRelease === null) ||
        (array === 'hw_compat_4_0' && lastRelease === '10.0.3'),
    );
    expect(any).toBeDefined();
    if (any === undefined) return;
    const question = { qomTypes: [any.qomType], property: any.property, version: '5.0.0' };
    expect(pinnedValue(catalogue, { ...question, machineType: 'pc-q35-4.0.1' })?.value).toBe(any.value);
    expect(pinnedValue(catalogue, { ...question, machineType: 'pc-q35-4.1' })).toBeNull();
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

describe('pinnedValue, which array wins', () => {
  const pin = (array: string, upTo: string | null, families: readonly string[], qomType = 'nic'): Pin => ({
    array,
    upToMachineVersion: upTo,
    families,
    qomType,
    property: 'p',
    value: array,
    firstRelease: '9.0.0',
    lastRelease: null,
    absentIn: [],
    commit: null,
  });
  const winner = (pins: readonly Pin[], machineType = 'pc-q35-7.0'): string | undefined => {
    const made: Catalogue = { ...catalogue, pins };
    return pinnedValue(made, {
      qomTypes: ['nic', 'pci-device'],
      property: 'p',
      machineType,
      version: '9.0.0',
    })?.value;
  };
  const [generic72, generic70] = [pin('hw_7_2', '7.2', ['all']), pin('hw_7_0', '7.0', ['all'])];
  const [board72, board70] = [pin('pc_7_2', '7.2', ['pc-q35']), pin('pc_7_0', '7.0', ['pc-q35'])];
  const defaults = pin('pc_defaults', null, ['pc-q35']);

  it.each([
    ['the oldest that applies', [generic70, generic72], 'hw_7_0'],
    ['the board over all boards at one version', [board72, generic72], 'pc_7_2'],
    ['an older array of all boards over a newer one of the board', [generic70, board72], 'hw_7_0'],
    ['the oldest of the board', [board70, generic70, board72], 'pc_7_0'],
    ["any version's over the board's defaults", [defaults, generic72], 'hw_7_2'],
    ['the defaults where nothing else is said', [defaults], 'pc_defaults'],
    ['the nearer type within a version', [generic72, pin('far', '7.2', ['all'], 'pci-device')], 'hw_7_2'],
    [
      'an older array on an ancestor over a newer one on the type',
      [board72, pin('far', '7.0', ['all'], 'pci-device')],
      'far',
    ],
    ['nothing of other boards', [pin('s390', '7.2', ['s390-ccw-virtio'])], undefined],
  ])('%s', (_, pins, expected) => {
    expect(winner(pins)).toBe(expected);
    expect(winner(pins.toReversed())).toBe(expected);
  });
});

describe('readReleaseFor', () => {
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
