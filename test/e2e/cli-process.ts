import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { builtCli } from './cli-build.js';
import { ledgerUnderTest } from './ledger-under-test.js';

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** What was written by now. */
  readonly written: { out: string; err: string };
  /** Waits until standard output or standard error holds it. */
  until(text: string | RegExp): Promise<void>;
  readonly finished: Promise<Finished>;
}

const WAIT_MS = 20_000;

/** The real command, as processes. */
export class CliUnderTest {
  readonly #main = builtCli();
  readonly #running = new Set<Running>();

  /** Of the process's environment only what Node needs: no setting of the developer's own gets in. */
  start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Running {
    const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment };
    const child = spawn(process.execPath, [this.#main, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const written = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (written.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (written.err += chunk.toString()));
    // A command that ends early no longer reads what a test still writes.
    child.stdin.on('error', () => undefined);
    const holds = (text: string | RegExp): boolean =>
      [written.out, written.err].some((all) =>
        typeof text === 'string' ? all.includes(text) : text.test(all),
      );
    const running: Running = {
      child,
      written,
      until: async (text) => {
        const began = Date.now();
        while (!holds(text)) {
          if (child.exitCode !== null || Date.now() - began > WAIT_MS) {
            throw new Error(`no ${String(text)} in:\n${written.out}\n${written.err}`);
          }
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
      finished: once(child, 'close').then(([code]: unknown[]) => {
        this.#running.delete(running);
        return { code: typeof code === 'number' ? code : null, ...written };
      }),
    };
    this.#running.add(running);
    return running;
  }

  async run(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    stdin = '',
  ): Promise<Finished> {
    const { child, finished } = this.start(args, environment);
    child.stdin.end(stdin);
    return finished;
  }

  /** `hopledger serve` on a free port, or the one that is given. */
  async serve(
    environment: Readonly<Record<string, string>>,
  ): Promise<{ readonly url: string; readonly server: Running }> {
    const ledger = await ledgerUnderTest(environment['HOPLEDGER_DATA_DIRECTORY']);
    const server = this.start(['serve'], {
      HOPLEDGER_LISTEN_PORT: '0',
      HOPLEDGER_RATE_LIMIT_REQUESTS: '0',
      ...ledger.defaults,
      ...environment,
      ...ledger.settings,
    });
    void server.finished.then(() => ledger.release());
    await server.until('"msg":"listening"');
    const url = /"url":"([^"]+)"/.exec(server.written.out)?.[1];
    if (url === undefined) throw new Error(`no URL in ${server.written.out}`);
    return { url, server };
  }

  async stopAll(): Promise<void> {
    await Promise.all(
      [...this.#running].map(async ({ child, finished }) => {
        child.kill('SIGKILL');
        await finished;
      }),
    );
  }
}
