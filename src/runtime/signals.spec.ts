import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadConfig, type Environment } from './config.js';
import { createRuntime } from './runtime.module.js';
import { obeySignals } from './signals.js';

const folder = mkdtempSync(join(tmpdir(), 'hopledger-signals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A process that only writes down how it would have ended. */
function trial(close: () => Promise<void>, settings: Environment = {}) {
  const listeners = new Map<string, () => void>();
  const exits: number[] = [];
  const log: string[] = [];
  const runtime = createRuntime(loadConfig(settings), pino({}, { write: (line) => log.push(line) }));
  obeySignals(
    { close, runtime },
    {
      on: (signal, listener) => listeners.set(signal, listener),
      exit: (code) => exits.push(code),
    },
  );
  return { send: (signal: string) => listeners.get(signal)?.(), exits, log };
}

const turns = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));
const never = () => new Promise<void>(() => undefined);

describe('signals', () => {
  test.each(['SIGTERM', 'SIGINT'])('%s ends the server and then the process with 0', async (signal) => {
    const { send, exits } = trial(async () => turns(10).then(() => undefined));
    send(signal);
    expect(exits).toEqual([]);
    await turns(40);
    expect(exits).toEqual([0]);
  });

  test('a second signal exits with 1 at once', () => {
    const { send, exits } = trial(never, { HOPLEDGER_SHUTDOWN_GRACE_MS: '50' });
    send('SIGTERM');
    send('SIGINT');
    expect(exits).toEqual([1]);
  });

  test('what does not end in time is left behind with 1', async () => {
    const { send, exits, log } = trial(never, { HOPLEDGER_SHUTDOWN_GRACE_MS: '10' });
    send('SIGTERM');
    await turns(40);
    expect(exits).toEqual([1]);
    expect(log.join('')).toContain('did not end in time');
  });

  test('a failure to end is logged and exits with 1', async () => {
    const { send, exits, log } = trial(() => Promise.reject(new Error('disk gone')));
    send('SIGTERM');
    await turns();
    expect(exits).toEqual([1]);
    expect(log.join('')).toContain('disk gone');
  });

  test('SIGHUP with a faulty tokens file is logged and ends nothing', () => {
    const file = join(folder, 'tokens.json');
    writeFileSync(file, '[]', { mode: 0o600 });
    const { send, exits, log } = trial(never, { HOPLEDGER_AUTH_TOKENS_FILE: file });
    send('SIGHUP');
    expect(log.join('')).toContain('tokens read again');
    writeFileSync(file, '{');
    send('SIGHUP');
    expect(log.join('')).toContain('tokens not read');
    expect(exits).toEqual([]);
  });
});
