import { expect, test } from '@jest/globals';
import type { Position } from '../../ledger/port.js';
import type { VmFilter, VmRow } from '../views.js';
import { rowMatches } from './row-matches.js';

const row: VmRow = {
  uuid: '00000000-0000-4000-8000-000000000001',
  name: 'ERP-db',
  state: 'running',
  host: 'hosta',
  build: '8.0.0',
  machineType: 'pc-q35-7.2',
  taints: ['pcie-err-unc-mask'],
  unknowns: [],
  leftovers: 0,
  lastSeenAt: null,
  position: '0000000000000001' as Position,
};

test('all that is given must hold', () => {
  const holds: readonly VmFilter[] = [
    {},
    { tainted: true },
    { behaviour: 'pcie-err-unc-mask' },
    { behaviour: 'other', tainted: false },
    { host: 'hosta', build: '8.0.0', machineType: 'pc-q35-7.2', states: ['running'] },
    { name: 'erp' },
    { name: '' },
  ];
  const not: readonly VmFilter[] = [
    { tainted: false },
    { behaviour: 'other' },
    { behaviour: 'pcie-err-unc-mask', tainted: false },
    { host: 'host' },
    { name: 'web' },
    { states: [] },
    { host: 'hosta', states: ['stopped'] },
  ];
  expect(holds.map((filter) => rowMatches(row, filter))).toEqual(holds.map(() => true));
  expect(not.map((filter) => rowMatches(row, filter))).toEqual(not.map(() => false));
});
