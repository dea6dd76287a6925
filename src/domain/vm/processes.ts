import { groupBy } from '../group-by.js';
import type { Effective } from './effective.js';
import type { HostProcess } from './host-process.js';
import { HostTimeline } from './host-timeline.js';
import { byInstant } from './marks.js';

/**
 * All processes of a VM, in the order they were made, or asked for where none was made: host by host from what that host attests, one after the other.
 * Where one host's process came from is no question here (`lineage.ts`).
 */
export const processesOf = (events: readonly Effective[]): readonly HostProcess[] => {
  const attested = events.flatMap((event) => ('host' in event.data ? { event, host: event.data.host } : []));
  return [...groupBy(attested, ({ host }) => host)]
    .flatMap(([host, reports]) => {
      const timeline = new HostTimeline(host);
      for (const { event } of [...reports].sort((a, b) => byInstant(a.event, b.event))) timeline.see(event);
      return timeline.processes;
    })
    .sort((a, b) => madeAt(a) - madeAt(b) || (a.host < b.host ? -1 : a.host > b.host ? 1 : 0));
};

const madeAt = ({ launchingAt, openedAt }: HostProcess): number => launchingAt ?? openedAt;
