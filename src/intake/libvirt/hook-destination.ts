import { cpuOf } from '../../domain/host/cpu-features.js';
import { hostAt, type HostDirectory } from '../../domain/host/directory.js';
import type { HopAnswered } from '../../domain/hop/ask.js';
import type { Destination } from '../../domain/hop/assessment.js';
import { about } from '../../domain/hop/finding.js';
import { plainBuild } from '../../domain/qemu/build.js';
import type { BuildFacts } from '../../domain/qemu/build-facts.js';

/** The host that a hook speaks for, as a destination. */
export interface HookDestination {
  readonly destination: Destination;
  /** What the facts about it rest on beside its own report of the time; null: nothing. */
  readonly doubt: string | null;
}

/**
 * What the host had reported at an instant (milliseconds since the epoch); null when it never reported a build.
 * As for a source, its QEMU is assumed where the host first reported later, or has several: libvirt's default counts.
 */
export const hookDestination = (
  hosts: HostDirectory,
  host: string,
  at: number,
  isRetired: boolean,
  factsOf: (fingerprint: string | null) => BuildFacts | null,
): HookDestination | null => {
  const known = hostAt(hosts, host, at);
  const [build] = known?.report.builds ?? [];
  if (known === null || build === undefined) return null;
  const { libvirt, machineTypes, kernel, cpu, deviceFeatures = null } = known.report;
  const doubts = [
    ...(known.certainty === 'assumed' ? ['it had not reported its QEMU yet'] : []),
    ...(known.report.builds.length > 1 ? ['it has several QEMUs, of which the first is assumed'] : []),
    ...(isRetired ? ['it is retired, and may have changed since it last reported'] : []),
  ];
  return {
    destination: {
      host,
      build: plainBuild(build),
      libvirt,
      machineTypes,
      facts: factsOf(build.facts ?? null),
      kernel,
      cpu: cpuOf(cpu, build),
      deviceFeatures,
    },
    doubt: doubts.length === 0 ? null : `${host}: ${doubts.join('; ')}`,
  };
};

/** An answer that rests on doubtful facts says so, and is not plainly safe. */
export const withDoubt = (answered: HopAnswered, doubt: string | null): HopAnswered => {
  const { assessment } = answered;
  if (assessment === null || doubt === null) return answered;
  const verdict = assessment.verdict === 'SAFE' ? 'RISKY' : assessment.verdict;
  return {
    ...answered,
    assessment: { ...assessment, verdict, reasons: [...assessment.reasons, about('assumed', doubt)] },
  };
};
