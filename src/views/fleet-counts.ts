import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { FleetCounts } from './views.js';

const COUNTED = ['state', 'host', 'build', 'machine_type'] as const;

/** Counts over all VMs, each from an index. VMs without a host, build or machine type are in no group of it. */
export const fleetCounts = (db: DatabaseSyncInstance): (() => FleetCounts) => {
  const groups = new Map(
    COUNTED.map((column) => [
      column,
      db.prepare(
        `SELECT ${column} AS key, count(*) AS vms FROM vm WHERE ${column} IS NOT NULL GROUP BY ${column}`,
      ),
    ]),
  );
  const behaviours = db.prepare(
    "SELECT behaviour AS key, count(*) AS vms FROM vm_behaviour WHERE status = 'taint' GROUP BY behaviour",
  );
  const totals = db.prepare(`SELECT
    (SELECT count(*) FROM vm) AS vms,
    (SELECT count(*) FROM vm WHERE tainted = 1) AS tainted,
    (SELECT count(*) FROM vm WHERE tainted = 0 AND unknowns <> '[]') AS unknown`);
  const counted = (rows: readonly { key: string; vms: number }[]): Readonly<Record<string, number>> =>
    Object.fromEntries(rows.map(({ key, vms }) => [key, vms]));
  const by = (column: (typeof COUNTED)[number]): Readonly<Record<string, number>> =>
    counted(groups.get(column)?.all() ?? []);
  return () => ({
    ...(totals.get() as { vms: number; tainted: number; unknown: number }),
    byState: by('state'),
    byHost: by('host'),
    byBuild: by('build'),
    byMachineType: by('machine_type'),
    byBehaviour: counted(behaviours.all()),
  });
};
