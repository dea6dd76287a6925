import type { Catalogue } from './catalogue.js';

export type MachineTypePresence = 'present' | 'absent' | 'unknown';
export const machineTypeIn = (_catalogue: Catalogue, _name: string, _version: string): MachineTypePresence => 'unknown';
