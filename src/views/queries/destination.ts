import type { Destination } from '../../domain/hop/assessment.js';
import { hostDestination } from '../../domain/hop/host-destination.js';
import type { Build } from '../../domain/qemu/build.js';
import { HopledgerError } from '../../errors.js';
import type { HostRegistry } from '../../recording/host-registry.js';

/** A host, a build, or a host and one of its builds. */
export interface DestinationAsked {
  readonly host: string | null;
  readonly build: Build | null;
}

/** Whatever is on record was reported before a question of now, also where a host's clock says otherwise. */
const NOW = Infinity;

/**
 * As reported by now, with the doubts of a host that has several QEMUs or is retired: what a hook on that host would be answered about.
 * @throws HopledgerError UNKNOWN_HOST, and BAD_INPUT when neither is given or the host reported no build
 */
export const destinationOf = (hosts: HostRegistry, { host, build }: DestinationAsked): Destination => {
  if (host === null) {
    if (build !== null) return { host: null, build, libvirt: null, machineTypes: null };
    throw new HopledgerError('BAD_INPUT', 'destination: name a host or a build', { field: 'destination' });
  }
  const known = hosts.host(host);
  if (known === null) throw new HopledgerError('UNKNOWN_HOST', `no report of host ${host}`, { host });
  const destination = hostDestination({
    hosts: hosts.directory(),
    host,
    at: NOW,
    retired: known.retired,
    build,
    factsOf: (fingerprint) => hosts.builds.factsOf(fingerprint),
  });
  if (destination !== null) return destination;
  const field = 'destination.build';
  throw new HopledgerError('BAD_INPUT', `${field}: ${host} reported no build, so name one`, { field });
};
