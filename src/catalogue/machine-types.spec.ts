import { describe, expect, it } from '@jest/globals';
import { machineTypeEnd, machineTypeIn } from '../domain/catalogue/machine-type-lookup.js';
import { loadCatalogue } from './load.js';

const catalogue = loadCatalogue();

describe('machineTypeIn on the types read from QEMU', () => {
  it.each([
    ['pc-q35-7.2', '7.1.0', 'absent'],
    ['pc-q35-7.2', '7.2.22', 'present'],
    ['pc-q35-7.2', '11.1.3', 'present'],
    ['pc-q35-7.2', '13.1.0', 'present'],
    // By QEMU's rule it will be gone; nobody has seen it.
    ['pc-q35-7.2', '13.2.0', 'unknown'],
    // Came with a point release: not in 4.0.0, though 4.0 is its series.
    ['pc-q35-4.0.1', '4.0.0', 'absent'],
    ['pc-q35-4.0.1', '4.0.1', 'present'],
    ['pc-q35-4.0.1', '4.1.0', 'present'],
    ['pc-q35-4.0.1', '10.0.13', 'present'],
    ['pc-q35-4.0.1', '10.1.0', 'absent'],
    ['pc-q35-5.1', '11.0.1', 'present'],
    ['pc-q35-5.1', '11.1.0', 'absent'],
    ['pc-q35-5.1', '12.0.0', 'absent'],
    // Came to the series before, in its first point release.
    ['pseries-2.12', '2.11.0', 'absent'],
    ['pseries-2.12', '2.11.1', 'present'],
    ['m68k-virt-6.1', '6.1.0', 'absent'],
    ['m68k-virt-6.1', '6.1.1', 'present'],
    // Older than anything that was read, or than where it was looked for.
    ['pc-q35-2.3', '2.3.0', 'unknown'],
    ['pc-q35-2.4', '2.3.0', 'absent'],
    ['pseries-2.1', '2.5.0', 'unknown'],
    ['pc-1.3', '5.2.0', 'present'],
    ['pc-1.3', '6.0.0', 'absent'],
    ['pc-i440fx-1.3', '5.2.0', 'unknown'],
    ['q35', '10.0.2', 'unknown'],
    ['microvm', '10.0.2', 'unknown'],
    ['pc-q35-rhel9.6.0', '9.1.0', 'unknown'],
    ['pc-q35-9.2+pve1', '10.0.2', 'unknown'],
    ['pc-q35-7.2', '9.2.90', 'unknown'],
    ['pc-q35-7.2', 'git', 'unknown'],
  ])('%s on %s: %s', (name, version, presence) => {
    expect(machineTypeIn(catalogue, name, version)).toBe(presence);
  });
});

describe('machineTypeEnd on the types read from QEMU', () => {
  it.each([
    ['pc-q35-7.2', { deprecatedFrom: '10.2', removedIn: '13.2' }],
    ['pc-q35-5.1', { deprecatedFrom: '9.1', removedIn: '11.1' }],
    ['pc-i440fx-2.3', { deprecatedFrom: null, removedIn: '9.1' }],
    ['q35', null],
  ])('%s', (name, end) => {
    expect(machineTypeEnd(catalogue, name)).toEqual(end);
  });
});
