import { cpuOf } from '../host/cpu-features.js';
import { buildOfEmulator } from '../host/build-of-emulator.js';
import { hostAt, type HostDirectory } from '../host/directory.js';
import type { BuildFacts } from '../qemu/build-facts.js';
import { plainBuild, sameBuild, type Build } from '../qemu/build.js';
import type { Destination } from './assessment.js';

/** A host as a destination is looked for by its name. */
export interface HostAsked {
  readonly hosts: HostDirectory;
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly retired: boolean;
  /** One that it has or would have; null: the one that its guest's `<emulator>` names, or libvirt's default. */
  readonly build: Build | null;
  readonly emulator?: string | undefined;
  readonly factsOf: (fingerprint: string | null | undefined) => BuildFacts | null;
}

/**
 * What the host had reported at an instant. Null when it never reported, or no build and none is named.
 * As for a source, its QEMU is assumed where the host first reported later, or has several: {@link Destination.doubt}.
 */
export const hostDestination = (asked: HostAsked): Destination | null => {
  const { host } = asked;
  const known = hostAt(asked.hosts, host, asked.at);
  if (known === null) return null;
  const { builds, libvirt, machineTypes, kernel, cpu, deviceFeatures = null } = known.report;
  const [byDefault] = builds;
  const chosen = buildOfEmulator(builds, asked.emulator);
  const build = asked.build ?? (chosen.build === null ? null : plainBuild(chosen.build));
  if (build === null) return null;
  const reported = builds.find((candidate) => sameBuild(candidate, build));
  const doubts = [
    ...(known.certainty === 'assumed' ? ['it had not reported its QEMU yet'] : []),
    ...(asked.build === null && chosen.doubt !== null ? [chosen.doubt] : []),
    ...(asked.retired ? ['it is retired, and may have changed since it last reported'] : []),
  ];
  return {
    host,
    build,
    libvirt,
    // The machine types that a host lists are those of its default build.
    machineTypes: byDefault !== undefined && sameBuild(build, byDefault) ? machineTypes : null,
    facts: asked.factsOf(reported?.facts),
    kernel,
    cpu: cpuOf(cpu, reported),
    deviceFeatures,
    doubt: doubts.length === 0 ? null : doubts.join('; '),
  };
};
