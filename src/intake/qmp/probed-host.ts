import type { HostCpu } from '../../domain/host/report.js';
import { guestFeatures } from './cpu-features.js';
import type { ProbedBinary } from './read-build-facts.js';

/** What a host says of itself beside its QEMU binaries. */
export interface HostFacts {
  readonly host: string;
  readonly kernel: string | null;
  readonly libvirt: string | null;
  readonly cpu: HostCpu | null;
}

/** A binary of it, and what it answered. */
export interface ProbedEmulator {
  readonly emulator: string | null;
  readonly probe: ProbedBinary;
}

/** A host's report, as the server takes it. */
export interface ProbedHost extends HostFacts {
  /** Of the first binary, aliases too. */
  readonly machineTypes: readonly string[];
  readonly builds: readonly ({
    readonly version: string;
    readonly package: string | null;
  } & ProbedEmulator)[];
}

/** @param emulators the one that libvirt uses by default first */
export const probedHost = (facts: HostFacts, emulators: readonly ProbedEmulator[]): ProbedHost => {
  const [first] = emulators;
  const machineTypes = (first?.probe.facts.machineTypes ?? []).flatMap(({ name, alias }) =>
    alias === null ? name : [name, alias],
  );
  const builds = emulators.map(({ emulator, probe }) => ({ ...probe.facts.build, emulator, probe }));
  return { ...facts, cpu: withGuestFeatures(facts.cpu, first?.probe), machineTypes, builds };
};

const withGuestFeatures = (cpu: HostCpu | null, probe: ProbedBinary | undefined): HostCpu | null => {
  const features = probe === undefined ? null : guestFeatures(probe.cpu);
  return features === null ? cpu : { model: null, vendor: null, ...cpu, features };
};
