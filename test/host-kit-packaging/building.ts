import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const KIT = join(import.meta.dirname, '../../deploy/libvirt-host');
export const PACKAGING = join(KIT, 'packaging');

/** Says why where it is not. */
export const installed = (program: string, debianPackage: string): boolean => {
  const found = spawnSync('/bin/sh', ['-c', `command -v ${program}`]).status === 0;
  // Jest keeps to itself what a suite logs of which it skips every test.
  if (!found)
    process.stderr.write(`skipped: ${program} is not installed; Debian has it in ${debianPackage}\n`);
  return found;
};

/** A directory for one suite. */
export const scratch = (): { readonly path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'hopledger-packaging-'));
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true });
    },
  };
};

/** @returns its standard output @throws Error when it fails */
export const output = (
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): string =>
  execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C', ...environment },
  });

/** Files and symbolic links below a directory, with their modes: `0755 /usr/bin/hopledger-host`, in order. */
export const filesBelow = (root: string): string[] =>
  existsSync(root)
    ? readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => `${modeOf(lstatSync(file).mode)} ${file.slice(root.length)}`)
        .sort((one, other) => (one.slice(5) < other.slice(5) ? -1 : 1))
    : [];

const modeOf = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');

/** What every way of installing puts on a host, without the documents of a package. */
export const kitFiles = (prefix: string, units: string): string[] =>
  [
    '0644 /etc/hopledger/host.conf',
    '0755 /etc/libvirt/hooks/qemu.d/50-hopledger',
    `0755 ${prefix}/bin/hopledger-host`,
    `0644 ${prefix}/lib/hopledger-host/README.md`,
    ...readdirSync(join(KIT, 'lib')).map((name) => `0644 ${prefix}/lib/hopledger-host/${name}`),
    ...readdirSync(join(KIT, 'systemd')).map((name) => `0644 ${units}/${name}`),
  ].sort((one, other) => (one.slice(5) < other.slice(5) ? -1 : 1));
