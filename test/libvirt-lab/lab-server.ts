import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtServer } from '../fault/server-build.js';
import { killed, LEDGER_ADDRESS, type LabNetwork } from './lab-network.js';
import { until } from './lab-host.js';
import { mustRun } from './run-command.js';

const PORT = 4173;
export const LEDGER_URL = `http://${LEDGER_ADDRESS}:${PORT}`;

/** The compiled server in the lab's network, with tokens: each host has its own, the test one of an admin. */
export class LabServer {
  private child: ChildProcess | undefined;
  private starts = 0;
  private admin = '';
  private readonly hostTokens = new Map<string, string>();

  private constructor(
    private readonly network: LabNetwork,
    private readonly directory: string,
    private readonly main: string,
  ) {}

  static async start(network: LabNetwork, directory: string, hosts: readonly string[]): Promise<LabServer> {
    mkdirSync(directory, { recursive: true });
    const server = new LabServer(network, directory, await builtServer());
    server.admin = await server.createToken('lab', '--role', 'admin');
    for (const host of hosts)
      server.hostTokens.set(host, await server.createToken(host, '--role', 'recorder', '--host', host));
    await server.start();
    return server;
  }

  /** The token with which a host can record for itself alone. */
  tokenOf(host: string): string {
    const token = this.hostTokens.get(host);
    if (token === undefined) throw new Error(`no token for ${host}`);
    return token;
  }

  private async createToken(name: string, ...args: readonly string[]): Promise<string> {
    const cli = join(this.main, '../cli/main.js');
    const out = await mustRun(process.execPath, [
      cli,
      'token',
      'create',
      name,
      ...args,
      '--file',
      this.tokens,
    ]);
    const [token] = /hpl_\S+/.exec(out) ?? [];
    if (token === undefined) throw new Error(`no token in ${out}`);
    return token;
  }

  async start(): Promise<void> {
    const log = join(this.directory, `server-${(this.starts += 1)}.log`);
    const output = openSync(log, 'w');
    const [program, ...first] = this.network.inside;
    const child = spawn(program, [...first, process.execPath, this.main], {
      stdio: ['ignore', output, output],
      env: {
        PATH: process.env['PATH'],
        HOPLEDGER_DATA_DIRECTORY: this.directory,
        HOPLEDGER_LISTEN_HOST: LEDGER_ADDRESS,
        HOPLEDGER_LISTEN_PORT: String(PORT),
        HOPLEDGER_AUTH_TOKENS_FILE: this.tokens,
      },
    });
    closeSync(output);
    this.child = child;
    try {
      await until('the server', () => {
        const text = readFileSync(log, 'utf8');
        if (child.exitCode !== null) throw new Error(`the server did not start:\n${text}`);
        return text.includes('"msg":"listening"');
      });
    } catch (error) {
      await killed(child);
      throw error;
    }
  }

  /** SIGKILL. Resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.child !== undefined) await killed(this.child);
  }

  /** @throws Error with the answer when it holds errors */
  async graphql<T>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const [program, ...first] = this.network.inside;
    const curl = [
      'curl',
      '-sS',
      '-m',
      '30',
      '-H',
      'content-type: application/json',
      '-H',
      `authorization: Bearer ${this.admin}`,
    ];
    const answer = await mustRun(
      program,
      [...first, ...curl, '--data-binary', '@-', `${LEDGER_URL}/graphql`],
      {
        input: JSON.stringify({ query, variables }),
      },
    );
    const { data, errors } = JSON.parse(answer) as { data?: T; errors?: unknown };
    if (data === undefined || errors !== undefined) throw new Error(answer);
    return data;
  }

  private get tokens(): string {
    return join(this.directory, 'tokens.json');
  }
}
