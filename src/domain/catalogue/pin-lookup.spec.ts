import { describe, expect, it } from '@jest/globals';
import type { Catalogue, Pin } from './catalogue.js';
import { pinnedValue } from './pin-lookup.js';

const nothing: Catalogue = {
  revision: 'made up',
  behaviours: [],
  machineTypes: new Map(),
  vendorMachineTypes: new Map(),
  pins: [],
  releases: [{ version: '9.0.0', date: '2024-04-23' }],
  probedBuilds: [],
  deviceTypes: new Map(),
  knobRanges: [],
};

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
    const made: Catalogue = { ...nothing, pins };
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
