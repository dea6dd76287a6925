import type { HostBuild } from '../../domain/host/report.js';
import type { BuildFacts } from '../../domain/qemu/build-facts.js';
import { buildLabel } from '../../domain/qemu/build.js';
import type { KnownHost } from '../../recording/host-registry.js';
import type * as G from '../schema.generated.js';

export const presentHost = ({ name, report, facts, reportedAt, retired }: KnownHost): G.Host => ({
  name,
  builds: report.builds.map((build, i) => presentHostBuild(build, facts[i] ?? null)),
  libvirt: report.libvirt,
  kernel: report.kernel,
  vendor: report.vendor,
  machineTypes: report.machineTypes,
  cpu: report.cpu === null ? null : { ...report.cpu, vendor: report.cpu.vendor ?? null },
  deviceFeatures: report.deviceFeatures ?? null,
  reportedAt,
  retired,
});

const presentHostBuild = (build: HostBuild, facts: BuildFacts | null): G.HostBuild => ({
  version: build.version,
  package: build.package,
  label: buildLabel(build),
  emulator: build.emulator ?? null,
  probe: facts === null ? null : presentProbe(facts),
});

const presentProbe = ({ fingerprint, target, machineTypes, types }: BuildFacts): G.BuildProbe => ({
  fingerprint,
  target,
  machineTypes: machineTypes.map(({ name, alias, deprecated }) => ({ name, alias, deprecated })),
  deviceTypeCount: types.length,
  tellsCompatProps: machineTypes.some(({ compatProps }) => compatProps !== null),
});
