import { buildOfEmulator, type BuildChosen } from '../host/build-of-emulator.js';
import { hostAt } from '../host/directory.js';
import { plainBuild, type Build } from '../qemu/build.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import type { Knowledge } from './derive.js';
import type { HostProcess } from './host-process.js';
import type { Source } from './transfer.js';
import type { VmProcess } from './vm.js';

/** What a process is made of. */
export interface ProcessFacts {
  readonly build: Build | null;
  readonly buildCertainty: VmProcess['buildCertainty'];
  readonly configuration: LaunchConfiguration | null;
  readonly toldMachineType?: string | undefined;
  readonly kernel: string | null;
  /** Of the host's CPU. */
  readonly cpuVendor: string | null;
  readonly libvirt: string | null;
}

/** As reported with the start; else the host's own report of the time, what was asked, the source's. */
export const factsOf = (
  process: HostProcess,
  { hosts }: Pick<Knowledge, 'hosts'>,
  from: Source | undefined,
): ProcessFacts => {
  const host = hostAt(hosts, process.host, process.openedAt);
  const told = process.starts.map(({ data }) => data);
  const reported = told.map(({ build }) => build).find((build) => build !== null) ?? null;
  const configuration =
    told.map(({ configuration: given }) => given).find((given) => given !== null) ??
    process.prepared?.data.configuration ??
    from?.holder.configuration ??
    null;
  const toldMachineType =
    configuration === null
      ? (told.map(({ machineType }) => machineType).find((given) => given != null) ??
        from?.holder.toldMachineType)
      : undefined;
  const its = buildOfEmulator(host?.report.builds ?? [], configuration?.emulator);
  const build = reported ?? (its.build === null ? null : plainBuild(its.build));
  return {
    build,
    buildCertainty: reported !== null ? 'certain' : build === null ? 'unknown' : certaintyOf(host, its),
    configuration,
    ...(toldMachineType === undefined ? {} : { toldMachineType }),
    kernel: told.map(({ kernel }) => kernel).find((kernel) => kernel !== null) ?? host?.report.kernel ?? null,
    cpuVendor: host?.report.cpu?.vendor ?? null,
    libvirt: host?.report.libvirt ?? null,
  };
};

const certaintyOf = (host: ReturnType<typeof hostAt>, { doubt }: BuildChosen): VmProcess['buildCertainty'] =>
  host === null ? 'unknown' : doubt === null ? host.certainty : 'assumed';

export const eventIdsOf = (process: HostProcess): readonly string[] => [
  ...(process.prepared === null ? [] : [process.prepared.id]),
  ...[process.starts, process.arrivals, process.activity, process.failedDepartures, process.ends].flatMap(
    (marks) => marks.map(({ id }) => id),
  ),
];
