import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, run, withLock } from './run-command.js';

/** A directory with what a host has installed: libvirt, QEMU and the programs of a small Debian. */
export interface HostRoot {
  readonly path: string;
  /** Upstream version with Debian's revision: `1:10.0.13+ds-0+deb13u1`. */
  readonly qemuPackage: string;
  readonly libvirtPackage: string;
}

/**
 * `defect`: Debian 13's own QEMU; `fixed`: the one of its backports, both with Debian 13's libvirt; `older`: Debian 12,
 * whose libvirt gives its hooks no reason for an end.
 */
export type RootName = 'defect' | 'fixed' | 'older';

/** Kept over runs, so that one machine unpacks a release once. */
const CACHE = '/var/cache/hopledger-lab';
const UNUSED_MS = 24 * 3_600_000;
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Nothing of a host's own is drawn in by dependencies: an empty dpkg knows of no essential packages. */
const PACKAGES = [
  ...['libvirt-daemon', 'libvirt-daemon-driver-qemu', 'libvirt-clients', 'qemu-system-x86', 'curl'],
  ...['base-files', 'base-passwd', 'bash', 'coreutils', 'dash', 'debianutils', 'diffutils', 'dpkg'],
  ...[
    'findutils',
    'grep',
    'hostname',
    'iproute2',
    'libc-bin',
    'mawk',
    'perl-base',
    'procps',
    'sed',
    'util-linux',
  ],
];

const BACKPORTED =
  'Package: qemu-system-* seabios ipxe-qemu\nPin: release n=trixie-backports\nPin-Priority: 990\n';
const SOURCES: Readonly<
  Record<RootName, { readonly suites: readonly string[]; readonly preferences: string }>
> = {
  defect: { suites: ['trixie'], preferences: '' },
  fixed: { suites: ['trixie', 'trixie-backports'], preferences: BACKPORTED },
  older: { suites: ['bookworm'], preferences: '' },
};

/**
 * The roots of these names, fetched from Debian's archive and unpacked where no earlier run did.
 * @returns why not, where the archive has not got them to give
 */
export const hostRoots = async <Name extends RootName>(
  names: readonly Name[],
): Promise<Readonly<Record<Name, HostRoot>> | string> => {
  const archive = await debianArchive();
  if (archive === undefined) return "this machine's apt knows no archive of Debian";
  mkdirSync(CACHE, { recursive: true });
  return withLock(join(CACHE, 'lock'), async () => {
    const roots: Partial<Record<Name, HostRoot>> = {};
    for (const name of names) {
      const root = await hostRoot(name, archive);
      if (typeof root === 'string') return root;
      roots[name] = root;
    }
    return roots as Record<Name, HostRoot>;
  });
};

/** The address from which this machine itself gets Debian's packages; its apt knows once it has read what is there. */
const debianArchive = async (): Promise<string | undefined> => {
  const known = await knownArchive();
  if (known !== undefined) return known;
  await run('apt-get', ['update', '-qq']);
  return knownArchive();
};

const knownArchive = async (): Promise<string | undefined> => {
  const format = '$(ORIGIN) $(LABEL) $(REPO_URI)';
  const { out } = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  return /^Debian Debian (\S+)$/m.exec(out)?.[1];
};

const hostRoot = async (name: RootName, archive: string): Promise<HostRoot | string> => {
  const env = { ...process.env, LC_ALL: 'C', APT_CONFIG: aptOf(name, archive) };
  const update = await run('apt-get', ['update', '-qq', '-o', 'APT::Update::Error-Mode=any'], { env });
  const install = ['install', '-y', '-qq', '--no-install-recommends'];
  // From an empty archive directory, else it leaves out what is already there.
  const listed = await run(
    'apt-get',
    [...install, '--print-uris', '-o', `Dir::Cache::archives=${CACHE}/none`, ...PACKAGES],
    { env },
  );
  const debs = [...listed.out.matchAll(/^'[^']*' (\S+\.deb) /gm)].map(([, file = '']) => file).sort();
  if (debs.length === 0) return `Debian's archive cannot be read: ${lastLine(update.err || listed.err)}`;
  const path = join(
    CACHE,
    'roots',
    `${name}-${createHash('sha256').update(debs.join()).digest('hex').slice(0, 16)}`,
  );
  if (!existsSync(join(path, 'complete'))) {
    const fetched = await run('apt-get', [...install, '--download-only', ...PACKAGES], { env });
    if (fetched.status !== 0) return `Debian's packages cannot be fetched: ${lastLine(fetched.err)}`;
    dropUnused(name);
    await unpack(debs, path);
  }
  utimesSync(path, new Date(), new Date());
  return {
    path: join(path, 'root'),
    qemuPackage: versionOf(debs, 'qemu-system-x86'),
    libvirtPackage: versionOf(debs, 'libvirt-daemon'),
  };
};

/** @returns the configuration file of an apt that knows Debian 13 and shares nothing with the machine's own */
const aptOf = (name: RootName, archive: string): string => {
  const home = join(CACHE, 'apt', name);
  for (const folder of ['archives/partial', 'none/partial'])
    mkdirSync(join(CACHE, folder), { recursive: true });
  for (const folder of ['etc', 'state/lists/partial', 'cache'])
    mkdirSync(join(home, folder), { recursive: true });
  const source = (suite: string): string => `deb [signed-by=${KEYRING}] ${archive} ${suite} main\n`;
  const { suites, preferences } = SOURCES[name];
  writeFileSync(join(home, 'etc/sources.list'), suites.map(source).join(''));
  writeFileSync(join(home, 'etc/preferences'), preferences);
  writeFileSync(join(home, 'state/status'), '');
  const settings: Readonly<Record<string, string>> = {
    'Dir::Etc': join(home, 'etc'),
    'Dir::Etc::sourcelist': join(home, 'etc/sources.list'),
    'Dir::Etc::preferences': join(home, 'etc/preferences'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::Etc::main': '/dev/null',
    'Dir::Etc::parts': '/dev/null',
    'Dir::State': join(home, 'state'),
    'Dir::State::status': join(home, 'state/status'),
    'Dir::Cache': join(home, 'cache'),
    'Dir::Cache::archives': join(CACHE, 'archives'),
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'Acquire::http::Timeout': '20',
  };
  const file = join(home, 'etc/apt.conf');
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([key, value]) => `${key} "${value}";\n`)
      .join(''),
  );
  return file;
};

/** A run that broke off leaves no `complete`, and the next one begins anew. */
const unpack = async (debs: readonly string[], path: string): Promise<void> => {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(join(path, 'root'), { recursive: true });
  await mustRun('bash', [
    join(import.meta.dirname, 'unpack-root.sh'),
    join(CACHE, 'archives'),
    join(path, 'root'),
    ...debs,
  ]);
  writeFileSync(join(path, 'complete'), '');
};

/** Of earlier versions; another clone of the repository may be at work with one. */
const dropUnused = (name: RootName): void => {
  const roots = join(CACHE, 'roots');
  if (!existsSync(roots)) return;
  for (const entry of readdirSync(roots).filter((file) => file.startsWith(`${name}-`))) {
    const unusedMs = Date.now() - statSync(join(roots, entry)).mtimeMs;
    if (unusedMs > UNUSED_MS) rmSync(join(roots, entry), { recursive: true, force: true });
  }
};

/** Of a file name in apt's spelling: `qemu-system-x86_1%3a10.0.13+ds-0+deb13u1_amd64.deb`. */
const versionOf = (debs: readonly string[], name: string): string =>
  decodeURIComponent(debs.find((deb) => deb.startsWith(`${name}_`))?.split('_')[1] ?? '');

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
