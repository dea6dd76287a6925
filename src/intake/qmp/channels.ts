import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { QmpChannel } from './connection.js';

/** What is kept of the words of a binary that does not start. */
const MAX_LAST_WORDS = 2_000;
/** After `quit` or the end of its input. */
const GRACE_MS = 2_000;

/** No board, no devices, nothing that runs: only QMP. KVM where there is one, since it knows the host's processor. */
const PROBE_ARGUMENTS = [
  '-machine',
  'none,accel=kvm:tcg',
  '-nodefaults',
  '-no-user-config',
  '-S',
  '-display',
  'none',
  '-qmp',
  'stdio',
];

/** Starts a QEMU binary only to be asked. Never through a shell. */
export const startBinary = (path: string): QmpChannel => {
  const child = spawn(path, PROBE_ARGUMENTS, { stdio: ['pipe', 'pipe', 'pipe'], shell: false });
  let lastWords = '';
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      lastWords = error.message;
      child.stdout.destroy();
      resolve();
    });
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-MAX_LAST_WORDS);
  });
  return {
    input: child.stdout,
    output: child.stdin,
    close: async () => {
      child.stdin.end();
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await ended;
      clearTimeout(timer);
      return lastWords.trim() === '' ? null : lastWords.trim();
    },
  };
};

/** Connects to a QMP socket that QEMU listens on. */
export const connectSocket = (path: string): QmpChannel => {
  const socket = connect(path);
  let why: string | null = null;
  socket.on('error', (error) => {
    why = error.message;
  });
  return {
    input: socket,
    output: socket,
    close: () =>
      new Promise((resolve) => {
        if (socket.closed) resolve(why);
        else socket.once('close', () => resolve(why));
        socket.destroy();
      }),
  };
};
