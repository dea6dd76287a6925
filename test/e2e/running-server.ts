import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/runtime/config.js';
import { ledgerUnderTest } from './ledger-under-test.js';
import { createHopledger } from '../../src/start.js';
import type { Server } from '../../src/runtime/server.js';

/** The whole program in this process, on a free port and a directory of its own. */
export interface RunningServer {
  readonly url: string;
  readonly directory: string;
  readonly server: Server;
  /** POST, JSON in and out unless `body` is text. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  graphql<T>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<T>;
  stop(): Promise<void>;
}
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
  readonly headers: Headers;
}

export const startServer = async (
  settings: Readonly<Record<string, string>> = {},
  directory?: string,
): Promise<RunningServer> => {
  const data = directory ?? (await mkdtemp(join(tmpdir(), 'hopledger-e2e-')));
  const ledger = await ledgerUnderTest(data);
  const config = loadConfig({
    HOPLEDGER_DATA_DIRECTORY: data,
    HOPLEDGER_LISTEN_PORT: '0',
    HOPLEDGER_LOG_LEVEL: 'silent',
    HOPLEDGER_RATE_LIMIT_REQUESTS: '0',
    ...ledger.defaults,
    ...settings,
    ...ledger.settings,
  });
  const server = await createHopledger(config);
  const url = await server.listen();
  const post = async (
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const isText = typeof body === 'string';
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': isText ? 'text/plain' : 'application/json', ...headers },
      body: isText ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, text, json: jsonOf(text), headers: response.headers };
  };
  return {
    url,
    directory: data,
    server,
    post,
    async graphql<T>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> {
      const { json } = await post('/graphql', { query, variables });
      const { data: answer, errors } = json as { data?: T; errors?: readonly { message: string }[] };
      if (errors !== undefined || answer === undefined) throw new Error(JSON.stringify(errors));
      return answer;
    },
    async stop() {
      await server.close();
      await ledger.release();
      if (directory === undefined) await rm(data, { recursive: true, force: true });
    },
  };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
