import { readFileSync } from 'node:fs';
import { BadConnectionString, type ConnectionSettings } from './connection-string.js';

/** PEM. What is undefined is not given: the system's own authorities then, and no certificate of ours. */
export interface Certificates {
  readonly ca: Buffer | undefined;
  readonly userCert: Buffer | undefined;
  readonly userKey: Buffer | undefined;
}

/** @throws BadConnectionString when a file cannot be read or is no PEM */
export function readCertificates(settings: ConnectionSettings): Certificates {
  return {
    ca: pemOf('tlsCAFile', settings.tlsCAFile),
    userCert: pemOf('userCertFile', settings.userCertFile),
    userKey: pemOf('userKeyFile', settings.userKeyFile),
  };
}

function pemOf(part: string, path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined;
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    throw new BadConnectionString(part, error instanceof Error ? error.message : String(error));
  }
  if (!content.includes('-----BEGIN ')) throw new BadConnectionString(part, `${path} is no PEM file`);
  return content;
}
