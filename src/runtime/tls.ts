import { readFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import { ConfigError, type Config } from './config.js';

/**
 * What the server listens with; null: plain HTTP. With `listen.clientCaFile` clients are asked for a certificate;
 * those without one go on, and show a token.
 * @throws ConfigError for a file that cannot be read
 */
export const tlsOptions = ({ listen }: Pick<Config, 'listen'>): ServerOptions | null => {
  const { tlsCertFile, tlsKeyFile, clientCaFile } = listen;
  if (tlsCertFile === undefined || tlsKeyFile === undefined) return null;
  return {
    cert: read(tlsCertFile),
    key: read(tlsKeyFile),
    minVersion: 'TLSv1.2',
    ...(clientCaFile === undefined
      ? {}
      : { ca: read(clientCaFile), requestCert: true, rejectUnauthorized: false }),
  };
};

const read = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError([{ name: file, problem: error instanceof Error ? error.message : String(error) }]);
  }
};
