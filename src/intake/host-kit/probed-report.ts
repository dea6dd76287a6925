import type { HostBuild, HostReport } from '../../domain/host/report.js';
import type { BuildFacts } from '../../domain/qemu/build-facts.js';
import type { ReportedBuild } from '../../recording/commands/host-report-schema.js';
import { probedHost } from '../qmp/probed-host.js';
import type { ProbedBinary } from '../qmp/read-build-facts.js';
import type { ProbeText } from './probe-text.js';

/** A host's binaries in their order; without a probe is one that gave no answer this time. */
export interface ProbedText extends Omit<ProbeText, 'binaries'> {
  readonly binaries: readonly { readonly emulator: string; readonly probe: ProbedBinary | null }[];
}

/** A build as a host last reported it. */
export interface EarlierBuild {
  readonly build: ReportedBuild;
  /** What that report said of the host where this was its first build; null where it was another one. */
  readonly asFirst: Pick<HostReport, 'machineTypes' | 'cpu'> | null;
}

/** What a host says of itself by a probe. */
export interface ProbedReport extends Pick<
  HostReport,
  'host' | 'kernel' | 'libvirt' | 'machineTypes' | 'cpu'
> {
  readonly builds: readonly ReportedBuild[];
}

/**
 * A binary that gave no answer keeps its place, as it was last known: the first build is the host's default, and another
 * must not become that by the silence of the first. One that the host never had before is left out.
 */
export const reportOf = (
  host: string,
  { kernel, libvirt, cpu, binaries }: ProbedText,
  lastKnown: (emulator: string) => EarlierBuild | null,
): ProbedReport => {
  const known = binaries.flatMap(({ emulator, probe }): EarlierBuild | [] => {
    if (probe !== null) return { build: { ...probe.facts.build, emulator, probe }, asFirst: null };
    const answered = binaries.some((other) => other.emulator === emulator && other.probe !== null);
    return answered ? [] : (lastKnown(emulator) ?? []);
  });
  const builds = known.map(({ build }) => build);
  const facts = { host, kernel, libvirt, cpu };
  const [first] = known;
  const probe = first?.build.probe ?? null;
  if (first === undefined || probe === null)
    return { ...facts, machineTypes: null, ...first?.asFirst, builds };
  return { ...probedHost(facts, [{ emulator: first.build.emulator, probe }]), builds };
};

/**
 * @param reports of one host, the oldest first
 * @param factsOf what a binary with this fingerprint said of itself
 * @returns null when none of them has a binary at this path
 */
export const earlierBuild = (
  reports: readonly HostReport[],
  emulator: string,
  factsOf: (fingerprint: string | null | undefined) => BuildFacts | null,
): EarlierBuild | null => {
  const at = (build: HostBuild): boolean => build.emulator === emulator;
  const report = reports.findLast(({ builds }) => builds.some(at));
  const build = report?.builds.find(at);
  if (report === undefined || build === undefined) return null;
  const facts = factsOf(build.facts);
  const probe = facts === null || build.cpu == null ? null : { facts, cpu: build.cpu };
  const { version, package: packaged } = build;
  const { machineTypes, cpu } = report;
  return {
    build: { version, package: packaged, emulator, probe },
    asFirst: report.builds[0] === build ? { machineTypes, cpu } : null,
  };
};
