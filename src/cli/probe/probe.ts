import { askEverything, type QmpReturns } from '../../intake/qmp/ask.js';
import { ProbeFailed } from '../../intake/qmp/probe-failed.js';
import { connectSocket, startBinary } from '../../intake/qmp/channels.js';
import { readBuildFacts, type ProbedBinary } from '../../intake/qmp/read-build-facts.js';
import type { HostCpu } from '../../domain/host/report.js';
import { CliFailure } from '../failure.js';
import { guestFeatures } from './cpu-features.js';
import { askHost, type HostFacts } from './host-facts.js';

export { findBinary, findOwnBinary } from './host-facts.js';

/** Whom to ask: a binary that is started for it, or a QEMU that listens on a socket. */
export type Asked = { readonly binary: string } | { readonly socket: string };

/** A host's report, as the server takes it. */
export interface ProbedHost extends HostFacts {
  /** Of the first binary, aliases too. */
  readonly machineTypes: readonly string[];
  readonly builds: readonly {
    readonly version: string;
    readonly package: string | null;
    readonly emulator: string | null;
    readonly probe: ProbedBinary;
  }[];
}

const nameOf = (asked: Asked): string => ('binary' in asked ? asked.binary : asked.socket);

/** @throws CliFailure with the last words of a binary that does not answer */
export const askRaw = async (asked: Asked): Promise<QmpReturns> => {
  try {
    return await ('binary' in asked
      ? askEverything(() => startBinary(asked.binary), true)
      : askEverything(() => connectSocket(asked.socket), false));
  } catch (error) {
    if (!(error instanceof ProbeFailed)) throw error;
    const { code, message, lastWords } = error;
    throw new CliFailure(`${nameOf(asked)}: ${message}`, {
      code,
      ...(lastWords !== null && { advice: `its last words: ${lastWords}` }),
      cause: error,
    });
  }
};

/** One after the other: a host has few, and each takes about a second. */
export const probeHost = async (asked: readonly Asked[], name: string | undefined): Promise<ProbedHost> => {
  const builds: ProbedHost['builds'][number][] = [];
  for (const one of asked) {
    const probe = readBuildFacts(await askRaw(one));
    const emulator = 'binary' in one ? one.binary : null;
    builds.push({ ...probe.facts.build, emulator, probe });
  }
  const host = await askHost(name);
  const machineTypes = (builds[0]?.probe.facts.machineTypes ?? []).flatMap(({ name: machine, alias }) =>
    alias === null ? machine : [machine, alias],
  );
  return { ...host, cpu: withGuestFeatures(host.cpu, builds[0]?.probe), machineTypes, builds };
};

const withGuestFeatures = (cpu: HostCpu | null, probe: ProbedBinary | undefined): HostCpu | null => {
  const features = probe === undefined ? null : guestFeatures(probe.cpu);
  return features === null ? cpu : { model: null, vendor: null, ...cpu, features };
};
