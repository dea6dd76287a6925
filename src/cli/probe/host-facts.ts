import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, hostname, release } from 'node:os';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { HostCpu } from '../../domain/host/report.js';
import type { HostFacts } from '../../intake/qmp/probed-host.js';
import type { Environment } from '../../runtime/config.js';
import { cpuOfCpuinfo } from '../../intake/qmp/cpu-features.js';

const run = promisify(execFile);
const VIRSH_TIMEOUT_MS = 5_000;
const VERSION = /^\d+\.\d+\.\d+$/m;

/** Asks this machine. What it does not say is null. */
export const askHost = async (host: string | undefined): Promise<HostFacts> => ({
  host: host ?? hostname(),
  kernel: release(),
  libvirt: await libvirtVersion(),
  cpu: cpuHere(),
});

const libvirtVersion = async (): Promise<string | null> => {
  try {
    const { stdout } = await run('virsh', ['--version'], { timeout: VIRSH_TIMEOUT_MS });
    return VERSION.exec(stdout)?.[0] ?? null;
  } catch {
    // No libvirt here, or none that answers.
    return null;
  }
};

const cpuHere = (): HostCpu | null => {
  try {
    return cpuOfCpuinfo(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    // Not Linux.
    return null;
  }
};

const TARGETS: ReadonlyMap<string, string> = new Map(
  Object.entries({ x64: 'x86_64', arm64: 'aarch64', ppc64: 'ppc64', s390x: 's390x', riscv64: 'riscv64' }),
);

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Where distributions put QEMU that do not put it on the PATH. */
const ELSEWHERE = ['/usr/libexec/qemu-kvm', '/usr/bin/kvm'];

/** The absolute path of a binary by its path or its name on PATH; null when there is none. */
export const findBinary = (name: string, { PATH = '' }: Environment): string | null => {
  if (name.includes('/')) return isExecutable(name) ? resolve(name) : null;
  const folders = PATH.split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
};

/** This machine's own QEMU; null when it has none. */
export const findOwnBinary = (environment: Environment): string | null =>
  findBinary(`qemu-system-${TARGETS.get(arch()) ?? arch()}`, environment) ??
  ELSEWHERE.find(isExecutable) ??
  null;
