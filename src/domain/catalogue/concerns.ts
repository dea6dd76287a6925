import type { MachineType } from '../qemu/machine-type.js';
import type { Behaviour } from './behaviour.js';
import { inMachineVersions } from './machine-versions.js';

/** Whether a behaviour concerns a machine type at all: yes, no, or null for *unknown* (no version to go by). */
export const concerns = ({ machineTypes }: Behaviour, machine: MachineType | null): boolean | null => {
  if (machineTypes === null) return true;
  if (machine === null) return null;
  const { families, versions } = machineTypes;
  if (families.length > 0 && !families.includes(machine.family)) return false;
  return inMachineVersions(versions, machine);
};
