import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { loadConfig, type Environment } from '../../src/runtime/config.js';
import { ledgerUnderTest, type LedgerUnderTest } from './ledger-under-test.js';
import type * as G from '../../src/graphql/schema.generated.js';
import type { Role } from '../../src/runtime/principal.js';
import { createRuntime } from '../../src/runtime/runtime.module.js';
import { createToken } from '../../src/runtime/tokens.js';
import type { Server } from '../../src/runtime/server.js';
import { createHopledger } from '../../src/start.js';

type AllKeys<T> = T extends unknown ? keyof T : never;
type ValueAt<T, K> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;
/** All that a query may have asked for is there, and a union has the fields of all its members: tests know what they asked. */
export type Asked<T> = [T] extends [readonly (infer E)[]]
  ? readonly Asked<NonNullable<E>>[]
  : [T] extends [object]
    ? { readonly [K in AllKeys<T>]: Asked<NonNullable<ValueAt<T, K>>> }
    : T;

/** An answer as it comes over the wire; no `data` when nothing ran. */
export interface Answer {
  readonly status: number;
  readonly data: Asked<G.Query & G.Mutation>;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string; readonly [fact: string]: unknown };
  }[];
}

export interface Ask {
  readonly token?: string;
  readonly operationName?: string;
}

/** A whole server in memory on a free port, with real HTTP and WebSockets. */
export class TestServer {
  readonly #clients: Client[] = [];
  private constructor(
    readonly server: Server,
    readonly url: string,
    readonly log: readonly string[],
    private readonly ledger: LedgerUnderTest,
  ) {}

  static async start(settings: Environment = {}): Promise<TestServer> {
    const log: string[] = [];
    const ledger = await ledgerUnderTest(settings['HOPLEDGER_DATA_DIRECTORY']);
    const config = loadConfig({
      HOPLEDGER_LISTEN_PORT: '0',
      HOPLEDGER_LEDGER_ENGINE: 'memory',
      HOPLEDGER_RATE_LIMIT_REQUESTS: '0',
      ...ledger.defaults,
      ...settings,
      ...ledger.settings,
    });
    const logger = pino({ level: 'info' }, { write: (line) => log.push(line) });
    const server = await createHopledger(config, createRuntime(config, logger));
    return new TestServer(server, await server.listen(), log, ledger);
  }

  async ask(query: string, variables: object = {}, { token, operationName }: Ask = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables, ...(operationName === undefined ? {} : { operationName }) }),
    });
    return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
  }

  /** A graphql-ws client that reconnects only when told to. */
  client(options: { readonly token?: string; readonly retryAttempts?: number } = {}): Client {
    const { token, retryAttempts = 0 } = options;
    const client = createClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts,
      ...(token === undefined ? {} : { connectionParams: { authorization: `Bearer ${token}` } }),
    });
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.dispose();
    await this.server.close();
    await this.ledger.release();
  }
}

/** A tokens file with one token for each of these. */
export const tokensFile = (
  wanted: readonly { readonly name: string; readonly role: Role; readonly host?: string }[],
): { readonly file: string; readonly tokens: Readonly<Record<string, string>>; remove(): void } => {
  const folder = mkdtempSync(join(tmpdir(), 'hopledger-graphql-'));
  const file = join(folder, 'tokens.json');
  const made = wanted.map(({ name, role, host }) => ({ name, ...createToken(name, role, host) }));
  writeFileSync(file, JSON.stringify(made.map(({ entry }) => entry)), { mode: 0o600 });
  return {
    file,
    tokens: Object.fromEntries(made.map(({ name, token }) => [name, token])),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
