import { askEverything, type QmpReturns } from '../../intake/qmp/ask.js';
import { ProbeFailed } from '../../intake/qmp/probe-failed.js';
import { connectSocket, startBinary } from '../../intake/qmp/channels.js';
import { probedHost, type ProbedEmulator, type ProbedHost } from '../../intake/qmp/probed-host.js';
import { readBuildFacts } from '../../intake/qmp/read-build-facts.js';
import { CliFailure } from '../failure.js';
import { askHost } from './host-facts.js';

export { findBinary, findOwnBinary } from './host-facts.js';

/** Whom to ask: a binary that is started for it, or a QEMU that listens on a socket. */
export type Asked = { readonly binary: string } | { readonly socket: string };

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
  const emulators: ProbedEmulator[] = [];
  for (const one of asked) {
    const probe = readBuildFacts(await askRaw(one));
    emulators.push({ emulator: 'binary' in one ? one.binary : null, probe });
  }
  return probedHost(await askHost(name), emulators);
};
