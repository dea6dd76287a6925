import type { HostBuild } from './report.js';

/** Which of a host's QEMUs a process is of. */
export interface BuildChosen {
  /** Null: the host reported none. */
  readonly build: HostBuild | null;
  /** Why another one is possible; null when none is. */
  readonly doubt: string | null;
}

/**
 * The QEMU at the path that the domain names as its `<emulator>`. Where no path is known, or the host did not say which
 * paths its QEMUs have, libvirt's default is assumed: the first reported.
 */
export const buildOfEmulator = (
  builds: readonly HostBuild[],
  emulator: string | null | undefined,
): BuildChosen => {
  const [byDefault = null] = builds;
  const named = emulator ?? null;
  const several = builds.length > 1 ? 'it has several QEMUs, of which the first is assumed' : null;
  if (named === null) return { build: byDefault, doubt: several };
  const its = builds.find((build) => build.emulator === named);
  if (its !== undefined) return { build: its, doubt: null };
  const isOther = byDefault !== null && builds.every((build) => (build.emulator ?? null) !== null);
  return { build: byDefault, doubt: isOther ? `it reported no QEMU at ${named}` : several };
};
