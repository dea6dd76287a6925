import type { VmFilter, VmRow } from '../views.js';

/** Whether a filter of `Views.vms` lets a row through: the same rule as its SQL, for rows that are not in the views. */
export const rowMatches = (row: VmRow, filter: VmFilter): boolean => {
  const { tainted, behaviour, host, build, machineType, name, states } = filter;
  const taintHolds =
    behaviour === undefined
      ? tainted === undefined || row.taints.length > 0 === tainted
      : row.taints.includes(behaviour) === (tainted ?? true);
  return (
    taintHolds &&
    (host === undefined || row.host === host) &&
    (build === undefined || row.build === build) &&
    (machineType === undefined || row.machineType === machineType) &&
    (name === undefined || (row.name ?? '').toLowerCase().includes(name.toLowerCase())) &&
    (states === undefined || states.includes(row.state))
  );
};
