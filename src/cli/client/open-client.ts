import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { loadClientConfig } from '../../runtime/config.client.js';
import type { Cli } from '../cli.js';
import type { GlobalOptions } from '../command.js';
import { CliFailure, usageFailure } from '../failure.js';
import { Client } from './client.js';

/**
 * The server that `--url` and `--token-file` name, or the environment.
 * @throws CliFailure when either cannot be used
 */
export const openClient = (cli: Cli, command: Command, timeoutMs?: number): Client => {
  const options = command.optsWithGlobals<GlobalOptions>();
  const configured = loadClientConfig(cli.environment);
  const url = options.url ?? configured.url;
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw usageFailure(`${JSON.stringify(url)} is no URL of a server`, 'such as http://127.0.0.1:4173');
  }
  const token = options.tokenFile === undefined ? configured.token : readToken(options.tokenFile);
  return new Client({ url, token, ...(timeoutMs !== undefined && { timeoutMs }) });
};

const readToken = (file: string): string => {
  const token = readFileSync(file, 'utf8').trim();
  if (/^hpl_[\w-]+$/.test(token)) return token;
  throw new CliFailure(`${file} does not hold a token of hopledger`, {
    advice: token.startsWith('[')
      ? "it is a tokens file of the server; the client's file holds one token, as `token create` printed it"
      : 'it must hold one token, as `hopledger token create` printed it',
  });
};
