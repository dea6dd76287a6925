/** Runs a command that may never end, and ends it, with all that it started, when it stands still for too long. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

const LOOK_MS = 1000;

/**
 * @param progress a file that the command writes whenever it goes on to something else: then the text names it, and is
 *   empty once only the command's own end is missing
 * @param stillMs the longest time without such a write (ms)
 * @param endMs the longest time from the empty text to the command's end (ms)
 * @param quiet keep what it prints on standard output, and return it
 * @returns whether it ended with 0, what it printed when quiet, and why it was ended when it was
 */
export function runWatched(command, args, { env, quiet = false, progress, stillMs, endMs }) {
  return new Promise((resolve) => {
    const began = Date.now();
    // A process group of its own: servers and QEMUs that tests started go with it.
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'],
      detached: true,
    });
    let output = '';
    let ended;
    const end = (why) => {
      ended ??= why;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // it is gone
      }
    };
    const look = () => {
      const { at, doing } = lastProgress(progress) ?? { at: began, doing: 'its start' };
      const still = Date.now() - Math.max(at, began);
      if (doing === '' && still > endMs) end('it had finished, and did not end');
      else if (still > stillMs) end(`${doing} did not end within ${Math.round(stillMs / 1000)} s`);
    };
    const watch = setInterval(look, LOOK_MS);
    const interrupted = (signal) => {
      end(signal);
      process.kill(process.pid, signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupted);
    const done = (result) => {
      clearInterval(watch);
      for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, interrupted);
      resolve(result);
    };
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => done({ ok: false, output: error.message }));
    child.on('close', (code) => done({ ok: code === 0 && ended === undefined, output, ended }));
  });
}

function lastProgress(file) {
  if (file === undefined || !existsSync(file)) return undefined;
  return { at: statSync(file).mtimeMs, doing: readFileSync(file, 'utf8') };
}
