import type { MachineType } from '../qemu/machine-type.js';
import { compareDotted } from '../qemu/version.js';
import type { MachineVersions } from './behaviour.js';

/** Whether a machine type's upstream version lies in a range; null when it has none. */
export const inMachineVersions = (range: MachineVersions, { version }: MachineType): boolean | null => {
  if (range.from === null && range.to === null) return true;
  if (version === null) return null;
  return (
    (range.from === null || compareDotted(version, range.from) >= 0) &&
    (range.to === null || compareDotted(version, range.to) <= 0)
  );
};
