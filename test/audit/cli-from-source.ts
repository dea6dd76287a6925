import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runTypeScript } from '../../src/ledger/sqlite/start-thread.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command as a process, from its source as it is now: no build is needed, and none can be out of date. */
export function startCli(
  args: readonly string[],
  nodeArgs: readonly string[] = [],
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
  const child = spawn(process.execPath, [...nodeArgs, ...runTypeScript(), MAIN, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const ended = once(child, 'close').then(([code]: unknown[]) => ({
    code: typeof code === 'number' ? code : null,
    ...said,
  }));
  return { child, ended };
}

export const runCli = (args: readonly string[], nodeArgs?: readonly string[]): Promise<Ended> =>
  startCli(args, nodeArgs).ended;
