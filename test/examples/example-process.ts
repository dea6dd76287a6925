import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const FOLDER = resolve(import.meta.dirname, '../../examples/webhooks');
const WAIT_MS = 20_000;

/** One of the examples as a process of its own, on a free port. */
export interface ExampleProcess {
  readonly url: string;
  readonly output: { text: string };
  /** Waits until its output holds it. */
  readonly until: (text: string) => Promise<void>;
  stop(): Promise<void>;
}

export const startExample = async (
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<ExampleProcess> => {
  const child = spawn(process.execPath, words, {
    cwd: FOLDER,
    env: { PATH: process.env['PATH'], PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => {
      output.text += piece.toString();
    });
  const until = async (text: string): Promise<void> => {
    const latest = Date.now() + WAIT_MS;
    while (!output.text.includes(text)) {
      if (child.exitCode !== null || Date.now() > latest)
        throw new Error(`no ${JSON.stringify(text)} in:\n${output.text}`);
      await setTimeout(10);
    }
  };
  await until('listening on port ');
  const port = /listening on port (\d+)/.exec(output.text)?.[1] ?? '';
  return {
    url: `http://127.0.0.1:${port}/`,
    output,
    until,
    async stop() {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
};
