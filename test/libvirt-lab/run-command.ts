import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

export interface CommandResult {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

const TIME_LIMIT_MS = 120_000;
const MAX_OUTPUT = 16 * 1024 * 1024;

/** Runs a program to its end, whatever its exit code. */
export const run = async (
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> => {
  const running = promisify(execFile)(program, args, {
    timeout: TIME_LIMIT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT,
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  running.child.stdin?.on('error', () => undefined).end(options.input ?? '');
  try {
    const { stdout, stderr } = await running;
    return { status: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    return { status: typeof code === 'number' ? code : -1, out: stdout, err: stderr || String(error) };
  }
};

/** @throws Error with the command and its words when it does not end with 0 */
export const mustRun = async (
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> => {
  const { status, out, err } = await run(program, args, options);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${out}\n${err}`);
  return out;
};

/** One process of this machine at a time for one file; the lock goes with the process that holds it. */
export const withLock = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held && cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(holder.stdout, 'data');
  try {
    return await work();
  } finally {
    const ended = once(holder, 'close');
    holder.stdin.end();
    await ended;
  }
};
