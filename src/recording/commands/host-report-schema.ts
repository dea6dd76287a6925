import { z } from 'zod';
import type { HostBuild, HostReport } from '../../domain/host/report.js';
import type { BuildFacts, CpuFacts } from '../../domain/qemu/build-facts.js';
import { sameBuild, type Build } from '../../domain/qemu/build.js';
import { buildFactsSchema, cpuFactsSchema } from './build-facts-schema.js';
import { hostName, line, machineTypeName } from './schema-text.js';

const atMost = (max: number) => `has over ${max} entries`;

/** What a host says of one of its binaries: with all that the binary says, where it was probed. */
export interface ReportedBuild extends Build {
  readonly emulator: string | null;
  readonly probe: { readonly facts: BuildFacts; readonly cpu: CpuFacts } | null;
}

/** A host's report as it comes in: its binaries' facts go into streams of their own. */
export type ReportedHost = Omit<HostReport, 'builds'> & { readonly builds: readonly ReportedBuild[] };

const reportedBuild: z.ZodType<ReportedBuild> = z
  .strictObject({
    version: line(50),
    package: line(200).nullable(),
    emulator: line(1_000).regex(/^\//, 'is no absolute path').nullable(),
    probe: z.strictObject({ facts: buildFactsSchema, cpu: cpuFactsSchema }).nullable(),
  })
  .refine((build) => build.probe === null || sameBuild(build, build.probe.facts.build), {
    path: ['probe', 'facts', 'build'],
    message: 'is another build',
  });

const deviceFeaturesSchema = z
  .array(z.strictObject({ device: line(100), features: z.array(line(100)).max(500, atMost(500)) }))
  .max(200, atMost(200))
  .refine((entries) => new Set(entries.map(({ device }) => device)).size === entries.length, {
    message: 'names a device twice',
  });

export const hostReportObject = z.strictObject({
  host: hostName,
  builds: z.array(reportedBuild).min(1, 'names no build').max(50, atMost(50)),
  libvirt: line(100).nullable(),
  kernel: line(200).nullable(),
  vendor: line(200).nullable(),
  machineTypes: z.array(machineTypeName).max(2000, atMost(2000)).nullable(),
  cpu: z
    .strictObject({
      model: line(100).nullable(),
      features: z.array(line(100)).max(2000, atMost(2000)),
      vendor: line(100).nullable().default(null),
    })
    .nullable(),
  deviceFeatures: deviceFeaturesSchema.nullable().default(null),
});

/** What a host may say of itself. */
export const hostReportSchema: z.ZodType<ReportedHost> = hostReportObject;

/** As the event has it. */
export const toHostBuild = (
  { version, package: packaged, emulator, probe }: ReportedBuild,
  facts: string | null,
): HostBuild => ({
  version,
  package: packaged,
  emulator,
  facts,
  cpu: probe?.cpu ?? null,
});
