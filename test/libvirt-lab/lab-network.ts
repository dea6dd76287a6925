import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { mustRun } from './run-command.js';

/** Reached from the hosts alone: it is in a network namespace of the lab. */
export const LEDGER_ADDRESS = '10.77.0.1';
const BRIDGE = 'lab0';

/** A network namespace with a bridge, to which hosts are joined and in which the server listens. */
export class LabNetwork {
  private hosts = 1;

  private constructor(
    private readonly holder: ChildProcess,
    readonly pid: number,
  ) {}

  static async open(): Promise<LabNetwork> {
    const holder = spawn('unshare', ['--net', '--fork', '--kill-child', 'sleep', 'infinity'], {
      stdio: 'ignore',
    });
    try {
      const network = new LabNetwork(holder, await childOf(holder));
      await network.ip('link', 'set', 'lo', 'up');
      await network.ip('link', 'add', BRIDGE, 'type', 'bridge');
      await network.ip('addr', 'add', `${LEDGER_ADDRESS}/24`, 'dev', BRIDGE);
      await network.ip('link', 'set', BRIDGE, 'up');
      return network;
    } catch (error) {
      await killed(holder);
      throw error;
    }
  }

  /** The command that runs one inside: a program and its first arguments. */
  get inside(): readonly [string, ...string[]] {
    return ['nsenter', `--net=/proc/${this.pid}/ns/net`];
  }

  /** Joins the namespace of a process to the bridge. */
  async join(pid: number, address: string): Promise<void> {
    const link = `host${(this.hosts += 1)}`;
    await this.ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid));
    await this.ip('link', 'set', link, 'master', BRIDGE, 'up');
    const there = ['nsenter', `--net=/proc/${pid}/ns/net`, 'ip'] as const;
    await mustRun(there[0], [...there.slice(1), 'addr', 'add', `${address}/24`, 'dev', 'eth0']);
    await mustRun(there[0], [...there.slice(1), 'link', 'set', 'eth0', 'up']);
  }

  async close(): Promise<void> {
    await killed(this.holder);
  }

  private async ip(...args: readonly string[]): Promise<void> {
    const [program, ...first] = this.inside;
    await mustRun(program, [...first, 'ip', ...args]);
  }
}

/** The process that `unshare --fork` made; by its id in this machine's own namespace. */
export const childOf = async ({ pid = 0 }: ChildProcess): Promise<number> => {
  const latest = Date.now() + 10_000;
  while (Date.now() < latest) {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    if (child) return Number(child);
    await setTimeout(10);
  }
  throw new Error('unshare started nothing');
};

/** SIGKILL; with `unshare --kill-child` all that is in its namespaces goes with it. Resolves when it is gone. */
export const killed = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
};
