import type { Destination } from '../../../domain/hop/assessment.js';
import type { HostRegistry } from '../../../recording/host-registry.js';
import { destinationOf } from '../destination.js';

/** Hosts that a guest can be sent to: in service, with a build reported, and not the one that it is on. */
export const hostsToGoTo = (registry: HostRegistry, except: string | null): readonly Destination[] =>
  registry
    .hosts()
    .filter(({ name, retired, report }) => !retired && name !== except && report.builds.length > 0)
    .map(({ name }) => destinationOf(registry, { host: name, build: null }));
