import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** How long a start may take on a machine that has much else to do. */
const START_MS = 60_000;
let starts = 0;

/** The compiled program as a process, on a free port and a data directory that outlives it. */
export class ServerProcess {
  private constructor(
    readonly url: string,
    readonly child: ChildProcess,
    /** Path of the file that its log goes to. */
    readonly log: string,
    private readonly exited: Promise<unknown>,
  ) {}

  /**
   * Resolves when it listens. Its log goes to a file: a pipe that nobody empties would slow it down.
   * @throws Error with its output when it ends before that
   */
  static async start(
    main: string,
    directory: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<ServerProcess> {
    const log = join(directory, `server-${(starts += 1)}.log`);
    const output = openSync(log, 'w');
    const child = spawn(process.execPath, [main], {
      stdio: ['ignore', output, output],
      env: {
        PATH: process.env['PATH'],
        HOPLEDGER_DATA_DIRECTORY: directory,
        HOPLEDGER_LISTEN_PORT: '0',
        HOPLEDGER_RATE_LIMIT_REQUESTS: '0',
        ...settings,
      },
    });
    closeSync(output);
    const exited = once(child, 'exit');
    const latest = Date.now() + START_MS;
    while (Date.now() < latest) {
      const url = LISTENING.exec(readFileSync(log, 'utf8'))?.[1];
      if (url !== undefined) return new ServerProcess(url, child, log, exited);
      if (child.exitCode !== null) break;
      await setTimeout(10);
    }
    child.kill('SIGKILL');
    throw new Error(`the server did not start:\n${readFileSync(log, 'utf8')}`);
  }

  /** SIGKILL. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** SIGTERM. @returns its exit code, null when it had to be killed, and how long it took */
  async end(): Promise<{ readonly code: number | null; readonly ms: number }> {
    const started = performance.now();
    this.child.kill('SIGTERM');
    await this.exited;
    return { code: this.child.exitCode, ms: performance.now() - started };
  }

  /** @throws Error when it does not say so within a minute */
  async ready(): Promise<void> {
    const latest = Date.now() + START_MS;
    while (Date.now() < latest) {
      if ((await fetch(`${this.url}/health/ready`)).ok) return;
      await setTimeout(50);
    }
    throw new Error('the server does not become ready');
  }

  /** @throws Error with the answer when it is no 200 */
  async post(path: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** @throws Error with the answer when it holds errors */
  async graphql<T>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    const { data, errors } = JSON.parse(text) as { data?: T; errors?: unknown };
    if (data === undefined || errors !== undefined) throw new Error(text);
    return data;
  }
}

const LISTENING = /"url":"([^"]+)","msg":"listening"/;
