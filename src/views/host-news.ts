import { instantOf } from '../domain/vm/instant.js';
import type { HostEvent } from '../domain/host/report.js';
import type { HostDirectory } from '../domain/host/directory.js';
import type { StoredEvent } from '../ledger/port.js';
import { toRecorded } from '../recording/codec.js';
import { BUILD_PREFIX } from '../recording/streams.js';

/** Of the host registry, what the projector needs. */
export interface HostKnowledge {
  apply(event: StoredEvent): string | null;
  readonly builds: { apply(event: StoredEvent): void };
  directory(): HostDirectory;
}

/**
 * Takes a host's event in. @returns the host when VMs may derive differently by it.
 *
 * Not the registry's own answer: it takes reports in as they are recorded, before they come round here, and all of them
 * at start, so it has no news by then. A report that repeats what the host said last time changes no derivation, and
 * hosts report regularly.
 *
 * @throws EventFromTheFuture
 */
export const hostWithNews = (hosts: HostKnowledge, stored: StoredEvent): string | null => {
  // Hosts name it in a report that comes after it, and is the news.
  if (stored.stream.startsWith(BUILD_PREFIX)) {
    hosts.builds.apply(stored);
    return null;
  }
  hosts.apply(stored);
  const { data, metadata } = toRecorded<HostEvent>(stored);
  if (data.type !== 'HostReported') return null;
  const { type: _type, ...report } = data;
  const at = instantOf(metadata);
  const text = JSON.stringify(report);
  const reports = hosts.directory().get(data.host) ?? [];
  const index = reports.findIndex((known) => known.at === at && JSON.stringify(known.report) === text);
  const before = reports[index - 1];
  return before !== undefined && JSON.stringify(before.report) === text ? null : data.host;
};
