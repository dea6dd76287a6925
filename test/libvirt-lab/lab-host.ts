import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { HostRoot } from './host-roots.js';
import { childOf, killed, LEDGER_ADDRESS, type LabNetwork } from './lab-network.js';
import { mustRun, run, type CommandResult } from './run-command.js';

export interface HostPlace {
  readonly name: string;
  readonly root: HostRoot;
  readonly address: string;
  /** Names and addresses of all hosts of the lab. */
  readonly neighbours: Readonly<Record<string, string>>;
  /** A directory of this machine for what the host writes. */
  readonly work: string;
  /** Seen by every host as /var/lib/images: the storage they share. */
  readonly images: string;
}

/** libvirtd waits up to half a minute for its threads when it is to end. */
const WAIT_MS = 60_000;

/** A libvirt host of its own mount, network, process and host name space: a real libvirtd and real QEMUs. */
export class LabHost {
  private daemon: ChildProcess | undefined;
  readonly name: string;

  private constructor(
    readonly place: HostPlace,
    private readonly holder: ChildProcess,
    private readonly pid: number,
  ) {
    this.name = place.name;
  }

  /** Its namespaces; nothing runs in them before `start`. */
  static async open(place: HostPlace): Promise<LabHost> {
    for (const folder of ['upper', 'work', 'root']) mkdirSync(join(place.work, folder), { recursive: true });
    const init = join(import.meta.dirname, 'host-init.sh');
    const spaces = ['--mount', '--uts', '--ipc', '--pid', '--net', '--fork', '--kill-child'];
    const holder = spawn(
      'unshare',
      [...spaces, 'bash', init, place.root.path, place.work, place.images, place.name],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    try {
      return new LabHost(place, holder, await childOf(holder));
    } catch (error) {
      await killed(holder);
      throw error;
    }
  }

  async start(network: LabNetwork): Promise<void> {
    await until(`${this.name} to be up`, () => existsSync(this.file('/run/host-init')));
    await network.join(this.pid, this.place.address);
    this.configure();
    await this.startLibvirtd();
  }

  /** Where this machine sees a file of the host. */
  file(path: string): string {
    return `/proc/${this.pid}/root${path}`;
  }

  read(path: string): string {
    return existsSync(this.file(path)) ? readFileSync(this.file(path), 'utf8') : '';
  }

  write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.file(path)), { recursive: true });
    writeFileSync(this.file(path), text, { mode });
  }

  /** Runs a program there to its end, whatever its exit code. */
  run(program: string, ...args: readonly string[]): Promise<CommandResult> {
    const [enter, ...first] = this.inside;
    return run(enter, [...first, program, ...args], { env: HOST_ENVIRONMENT });
  }

  /** @throws Error with its words when it does not end with 0 */
  mustRun(program: string, ...args: readonly string[]): Promise<string> {
    const [enter, ...first] = this.inside;
    return mustRun(enter, [...first, program, ...args], { env: HOST_ENVIRONMENT });
  }

  virsh(...args: readonly string[]): Promise<string> {
    return this.mustRun('virsh', '-q', ...args);
  }

  /** Starts a program there that stays; it ends with the host. */
  spawn(log: string, program: string, ...args: readonly string[]): ChildProcess {
    const [enter, ...first] = this.inside;
    const shell = `exec "$@" >>${log} 2>&1`;
    const command = [...first, '/bin/bash', '-c', shell, 'bash', program, ...args];
    return spawn(enter, command, { stdio: 'ignore', env: HOST_ENVIRONMENT });
  }

  async startLibvirtd(): Promise<void> {
    this.daemon = this.spawn('/var/log/libvirtd.log', '/usr/sbin/libvirtd', '--listen');
    await until(
      `libvirtd of ${this.name}`,
      async () => (await this.run('virsh', '-q', 'version')).status === 0,
    );
  }

  /** `TERM`, as an upgrade of its package does it, or `KILL`, as a crash; guests run on. */
  async stopLibvirtd(signal: 'TERM' | 'KILL' = 'TERM'): Promise<void> {
    const pid = this.read('/run/libvirtd.pid').trim();
    await this.mustRun('/bin/kill', `-${signal}`, pid);
    await until(`the end of libvirtd of ${this.name}`, () => {
      const { exitCode, signalCode } = this.daemon ?? { exitCode: 0, signalCode: null };
      return exitCode !== null || signalCode !== null;
    });
  }

  /** SIGHUP: libvirtd looks for its hooks anew. */
  async reloadLibvirtd(): Promise<void> {
    await this.mustRun('/bin/kill', '-HUP', this.read('/run/libvirtd.pid').trim());
  }

  /** All that runs there goes with it. */
  async stop(): Promise<void> {
    await killed(this.holder);
  }

  private get inside(): readonly [string, ...string[]] {
    return ['nsenter', '-t', String(this.pid), '-m', '-u', '-i', '-p', '-n', '-r', '-w'];
  }

  private configure(): void {
    const names = Object.entries({
      localhost: '127.0.0.1',
      ledger: LEDGER_ADDRESS,
      ...this.place.neighbours,
    });
    this.write('/etc/hosts', names.map(([name, address]) => `${address} ${name}\n`).join(''));
    this.write('/etc/machine-id', `${randomUUID().replaceAll('-', '')}\n`);
    this.write('/etc/libvirt/libvirtd.conf', `${DAEMON_SETTINGS}host_uuid = "${randomUUID()}"\n`);
    this.write('/etc/libvirt/qemu.conf', QEMU_SETTINGS);
  }
}

const HOST_ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LC_ALL: 'C', TERM: 'dumb' };

/** Anybody may connect, and nobody else can: the network is the lab's own. */
const DAEMON_SETTINGS = `listen_tls = 0
listen_tcp = 1
auth_tcp = "none"
auth_unix_rw = "none"
auth_unix_ro = "none"
unix_sock_group = "root"
`;

/** No cgroups, no virtlogd, no confinement: none of them is there. */
const QEMU_SETTINGS = `security_driver = "none"
user = "root"
group = "root"
dynamic_ownership = 0
cgroup_controllers = [ ]
namespaces = [ ]
stdio_handler = "file"
`;

/** @throws Error when it does not come true in time; the message names what was waited for */
export const until = async (what: string, come: () => boolean | Promise<boolean>): Promise<void> => {
  const latest = Date.now() + WAIT_MS;
  while (!(await come())) {
    if (Date.now() > latest) throw new Error(`waited in vain for ${what}`);
    await setTimeout(50);
  }
};
