import { guestFeatures, listedBy, type ListedBy } from './feature-names.js';
import type { HostBuild, HostCpu } from './report.js';

/** The features that guests can get of a host's CPU, in QEMU's spelling. */
export interface CpuFeatures {
  readonly by: ListedBy;
  readonly names: ReadonlySet<string>;
}

/** Null: the host reported none. */
export const featuresOf = (cpu: HostCpu | null | undefined): CpuFeatures | null =>
  cpu == null || cpu.features.length === 0
    ? null
    : { by: listedBy(cpu.features), names: guestFeatures(cpu.features) };

/** A host's CPU as it reported it; where it named no features, with those that its QEMU said it could give. */
export const cpuOf = (reported: HostCpu | null, build: HostBuild | undefined): HostCpu | null => {
  const probed = build?.cpu?.host?.on;
  if (probed === undefined || (reported !== null && reported.features.length > 0)) return reported;
  return { model: reported?.model ?? null, vendor: reported?.vendor ?? null, features: probed };
};
