import type { VmPage } from '../../views/queries/list-vms.js';
import type { FleetCounts, VmRow } from '../../views/views.js';
import type * as G from '../schema.generated.js';
import { connection, type Connection } from './connection.js';
import { constantCase } from './constant-case.js';

/** A row of the views; `vm` is left to its resolver. */
export type VmSummaryNode = Omit<G.VmSummary, 'vm'>;

export const presentRow = (row: VmRow): VmSummaryNode => ({ ...row, state: constantCase(row.state) });

export const presentVmPage = ({ rows, cursors, hasNext }: VmPage): Connection<VmSummaryNode> =>
  connection(rows.map(presentRow), (_row, index) => cursors[index] ?? '', { hasNext });

const STATES = ['running', 'migrating', 'saved', 'stopped', 'unknown'] as const;

/** The fields of `Fleet` that take no argument. */
export const presentFleet = (
  counts: FleetCounts,
  position: string,
): Pick<G.Fleet, 'vms' | 'tainted' | 'unknown' | 'byState' | 'position'> => ({
  vms: counts.vms,
  tainted: counts.tainted,
  unknown: counts.unknown,
  byState: STATES.map((state) => ({ state: constantCase(state), count: counts.byState[state] ?? 0 })),
  position,
});

/** Most first; the same number in the order of the keys. */
export const presentCounts = (counts: Readonly<Record<string, number>>, first: number): readonly G.Count[] =>
  Object.entries(counts)
    .map(([key, count]) => ({ key, count }))
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
    .slice(0, first);
