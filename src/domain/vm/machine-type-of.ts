import type { VmProcess } from './vm.js';

/** The machine type of a process, by its configuration or told by itself; null: not known. */
export const machineTypeOf = ({
  configuration,
  toldMachineType,
}: Pick<VmProcess, 'configuration' | 'toldMachineType'>): string | null =>
  configuration?.machineType ?? toldMachineType ?? null;
