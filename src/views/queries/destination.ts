import { cpuOf } from '../../domain/host/cpu-features.js';
import type { Destination } from '../../domain/hop/assessment.js';
import { plainBuild, sameBuild, type Build } from '../../domain/qemu/build.js';
import { HopledgerError } from '../../errors.js';
import type { HostRegistry } from '../../recording/host-registry.js';

/** A host, a build, or a host and one of its builds. */
export interface DestinationAsked {
  readonly host: string | null;
  readonly build: Build | null;
}

/** @throws HopledgerError UNKNOWN_HOST, and BAD_INPUT when neither is given or the host reported no build */
export const destinationOf = (hosts: HostRegistry, { host, build }: DestinationAsked): Destination => {
  if (host === null) {
    if (build !== null) return { host: null, build, libvirt: null, machineTypes: null };
    throw new HopledgerError('BAD_INPUT', 'destination: name a host or a build', { field: 'destination' });
  }
  const known = hosts.host(host);
  if (known === null) throw new HopledgerError('UNKNOWN_HOST', `no report of host ${host}`, { host });
  const { builds, libvirt, machineTypes, kernel, cpu, deviceFeatures = null } = known.report;
  const [byDefault] = builds;
  const chosen = build ?? (byDefault === undefined ? undefined : plainBuild(byDefault));
  if (chosen === undefined) {
    const field = 'destination.build';
    throw new HopledgerError('BAD_INPUT', `${field}: ${host} reported no build, so name one`, { field });
  }
  // The machine types that a host lists are those of its default build.
  const isDefault = byDefault !== undefined && sameBuild(chosen, byDefault);
  const index = builds.findIndex((candidate) => sameBuild(candidate, chosen));
  return {
    host,
    build: chosen,
    libvirt,
    machineTypes: isDefault ? machineTypes : null,
    facts: known.facts[index] ?? null,
    kernel,
    cpu: cpuOf(cpu, builds[index]),
    deviceFeatures,
  };
};
