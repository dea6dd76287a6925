import { cpuOf } from '../host/cpu-features.js';
import { hostAt, type HostDirectory } from '../host/directory.js';
import type { HostCpu } from '../host/report.js';
import { sameBuild, type Build } from '../qemu/build.js';
import type { CpuConfiguration } from '../qemu/device.js';
import type { Hop, Vm } from '../vm/vm.js';

/** The CPU that a guest was born with, and keeps until its next cold boot. */
export interface GuestCpu {
  /** As asked for at the cold boot, or where that was not seen, as the source was launched. */
  readonly asked: CpuConfiguration;
  /** Null: the cold boot was not seen. */
  readonly birth: Birth | null;
}

/** Where a guest was cold-booted, and the CPU that the host had then. */
export interface Birth {
  readonly host: string;
  /** Null: not reported. */
  readonly cpu: HostCpu | null;
  /** `assumed`: the host's first report is later than the cold boot. */
  readonly certainty: 'certain' | 'assumed';
}

/** Of the guest that a hop moves; null when nothing says what CPU was asked for. */
export const guestCpuOf = (vm: Vm, { from }: Pick<Hop, 'from'>, hosts: HostDirectory): GuestCpu | null => {
  const source = vm.processes.find(({ id }) => id === from?.process);
  const cycle = vm.powerCycles.find(({ id }) => id === source?.powerCycle);
  const first = vm.processes.find(({ id }) => id === cycle?.processes[0]);
  const born = cycle?.birthSeen === true ? first : undefined;
  const [atBirth, atSource] = [born?.configuration?.cpu ?? null, source?.configuration?.cpu ?? null];
  // libvirt tells what it made of host-model only when the guest runs.
  const asked = atBirth === null || atBirth.mode === 'host-model' ? (atSource ?? atBirth) : atBirth;
  if (asked === null) return null;
  if (born === undefined) return { asked, birth: null };
  return { asked, birth: birthOn(born.host, Date.parse(born.openedAt), born.build, hosts) };
};

/** A cold boot on a host, by what the host had reported of itself at that instant. */
export const birthOn = (host: string, at: number, build: Build | null, hosts: HostDirectory): Birth => {
  const known = hostAt(hosts, host, at);
  const its = known?.report.builds.find((one) => build !== null && sameBuild(one, build));
  const cpu = known === null ? null : cpuOf(known.report.cpu, its);
  return { host, cpu, certainty: known?.certainty ?? 'assumed' };
};
