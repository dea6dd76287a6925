import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const KIT = fileURLToPath(new URL('../../deploy/libvirt-host/', import.meta.url));

export const HOOK = join(KIT, 'hook/50-hopledger');

/** The kit needs curl; a machine without it skips what runs it. */
export const hasCurl = spawnSync('curl', ['--version']).status === 0;

export interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** The shells that the scripts are to run in, as far as this machine has them. */
export const SHELLS: readonly (readonly string[])[] = [
  ['dash'],
  ['busybox', 'sh'],
  ['bash', '--posix'],
].filter(([program = '', ...options]) => spawnSync(program, [...options, '-c', ':']).status === 0);

/** The real scripts, on a host that is a temporary directory. */
export class Kit {
  readonly root = mkdtempSync(join(tmpdir(), 'hopledger-kit-'));
  readonly #running = new Set<ChildProcess>();
  shell: readonly string[] = SHELLS[0] ?? ['sh'];
  library = join(KIT, 'lib');

  constructor(settings: Readonly<Record<string, string | number>>, token?: string) {
    mkdirSync(this.path('etc/hopledger'), { recursive: true });
    mkdirSync(this.path('bin'));
    // No test writes to the machine's log.
    this.program('logger', `shift 4; echo "$*" >>"${this.path('log')}"`);
    this.configure(settings);
    if (token !== undefined) writeFileSync(this.path('etc/hopledger/token'), `${token}\n`, { mode: 0o600 });
  }

  path(name: string): string {
    return join(this.root, name);
  }

  configure(settings: Readonly<Record<string, string | number>>): void {
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    writeFileSync(this.path('etc/hopledger/host.conf'), `# of a test\n${lines.join('\n')}\n`);
  }

  /** A program that the scripts find before the machine's own. */
  program(name: string, text: string): void {
    writeFileSync(this.path(`bin/${name}`), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }

  /** libvirt calls a hook with HOME, PATH and LC_ALL alone. */
  hook(argv: readonly string[], xml: string | Buffer): Promise<Outcome> {
    return this.run(HOOK, argv, xml);
  }

  host(...argv: readonly string[]): Promise<Outcome> {
    return this.run(join(KIT, 'bin/hopledger-host'), argv, '');
  }

  /** A command that goes on until `stop`. */
  start(...argv: readonly string[]): ChildProcess {
    return this.#spawn(join(KIT, 'bin/hopledger-host'), argv);
  }

  async run(script: string, argv: readonly string[], input: string | Buffer): Promise<Outcome> {
    const child = this.#spawn(script, argv);
    child.stdin?.on('error', () => undefined).end(input);
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { status, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
  }

  /** What went to the system log since the last look. */
  log(): string {
    const file = this.path('log');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    rmSync(file, { force: true });
    return text;
  }

  /** Names of what waits, in the order of delivery. */
  spooled(): readonly string[] {
    return list(this.path('var/lib/hopledger-host/spool')).filter((name) => /^\d/.test(name));
  }

  /** What is spooled is then of another boot of the host: its uptime says nothing of the clock any more. */
  reboot(): void {
    const spool = this.path('var/lib/hopledger-host/spool');
    for (const name of this.spooled()) {
      const entry = readFileSync(join(spool, name), 'utf8');
      const ofBefore = entry.replace(
        /^(hopledger-spool 1 \S+) \S+/,
        '$1 ffffffff-0000-4000-8000-000000000000',
      );
      writeFileSync(join(spool, name), ofBefore);
    }
  }

  rejected(): readonly string[] {
    return list(this.path('var/lib/hopledger-host/rejected'));
  }

  leftovers(): readonly string[] {
    return list(this.path('run/hopledger-host')).filter((name) => name.startsWith('work.'));
  }

  async remove(): Promise<void> {
    await Promise.all([...this.#running].map(stop));
    rmSync(this.root, { recursive: true, force: true });
  }

  #spawn(script: string, argv: readonly string[]): ChildProcess {
    const [program = 'sh', ...options] = this.shell;
    // In a group of its own: a test sends signals to all of it.
    const child = spawn(program, [...options, script, ...argv], {
      detached: true,
      env: {
        LC_ALL: 'C',
        HOME: '/',
        PATH: [this.path('bin'), process.env['PATH']].join(delimiter),
        HOPLEDGER_HOST_ROOT: this.root,
        HOPLEDGER_HOST_LIB: this.library,
      },
    });
    this.#running.add(child);
    child.once('close', () => this.#running.delete(child));
    return child;
  }
}

const list = (directory: string): readonly string[] =>
  existsSync(directory) ? readdirSync(directory).sort() : [];

/** Ends a command as systemd does. */
export const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await closed;
};

/** Waits for what another process does; the test's own time-out is the bound. */
export const eventually = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
};
