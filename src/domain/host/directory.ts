import type { HostReport } from './report.js';

/** A host's reports over time. */
export interface DatedHostReport {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly report: HostReport;
}

/** What all hosts said of themselves, by name, each list in time order. */
export type HostDirectory = ReadonlyMap<string, readonly DatedHostReport[]>;

export const NO_HOSTS: HostDirectory = new Map();

/**
 * What a host said of itself as of an instant. Before its first report, that first one serves and is `assumed`:
 * a host that was never reported on at the time may have been upgraded since.
 */
export const hostAt = (
  hosts: HostDirectory,
  host: string,
  at: number,
): { readonly report: HostReport; readonly certainty: 'certain' | 'assumed' } | null => {
  const reports = hosts.get(host) ?? [];
  const current = reports.findLast((dated) => dated.at <= at);
  if (current !== undefined) return { report: current.report, certainty: 'certain' };
  const [first] = reports;
  return first === undefined ? null : { report: first.report, certainty: 'assumed' };
};
