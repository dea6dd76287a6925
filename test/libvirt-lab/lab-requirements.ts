import { hostRoots, type HostRoot, type RootName } from './host-roots.js';
import { run } from './run-command.js';

const PROGRAMS = ['apt-get', 'bash', 'curl', 'dpkg-deb', 'flock', 'ip', 'nsenter', 'unshare'];
/** All that host-init.sh asks of the kernel. */
const TRY_NAMESPACES =
  'mount -t tmpfs none /mnt && mkdir /mnt/upper /mnt/work /mnt/root && mount -t proc proc /proc &&' +
  ' mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root && ip link add type veth';

/** What the lab is made of, or why it cannot be had on this machine. */
export const labRequirements = async <Name extends RootName>(
  ...roots: readonly Name[]
): Promise<Readonly<Record<Name, HostRoot>> | string> => {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'its hosts are Linux on x86-64';
  if (process.getuid?.() !== 0) return 'only root may make its namespaces';
  for (const program of PROGRAMS) {
    if ((await run('/bin/sh', ['-c', `command -v ${program}`])).status !== 0)
      return `${program} is not installed`;
  }
  const spaces = ['--mount', '--uts', '--ipc', '--pid', '--net', '--fork', 'bash', '-c', TRY_NAMESPACES];
  const { status, err } = await run('unshare', spaces);
  if (status !== 0) return `this machine allows no namespaces, overlays or veth pairs: ${err.trim()}`;
  return hostRoots(roots);
};

/** Jest keeps to itself what a suite logs of which it skips every test. */
export const sayWhySkipped = (reason: string): void => {
  process.stderr.write(`skipped: the libvirt lab: ${reason}\n`);
};
