import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LabHost } from './lab-host.js';
import { LEDGER_URL, type LabServer } from './lab-server.js';
import { mustRun } from './run-command.js';

const BUILD = join(import.meta.dirname, '../../deploy/libvirt-host/packaging/build-deb.sh');
const DEB = '/var/tmp/hopledger-host.deb';
const SETTINGS = '/etc/hopledger/host.conf';
export const SPOOL = '/var/lib/hopledger-host/spool';

/** Installs the Debian package with dpkg, dependencies and scripts and all. @returns what dpkg said */
export const installPackage = async (host: LabHost): Promise<string> => {
  const folder = host.file(dirname(DEB));
  mkdirSync(folder, { recursive: true });
  const built = (await mustRun('sh', [BUILD, folder])).trim();
  copyFileSync(built, host.file(DEB));
  return host.mustRun('dpkg', '-i', DEB);
};

/** As an administrator does it who reads the guide, the host's own QEMU probed. */
export const installKit = async (
  host: LabHost,
  server: LabServer,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> => {
  await installPackage(host);
  configureKit(host, settings);
  host.write('/etc/hopledger/token', `${server.tokenOf(host.name)}\n`, 0o600);
  await host.reloadLibvirtd();
  await host.mustRun('hopledger-host', 'probe');
};

/** Short waits: the server is near, or it is down. */
export const configureKit = (host: LabHost, settings: Readonly<Record<string, string>> = {}): void => {
  const all = { server: LEDGER_URL, host: host.name, connect_timeout: '2', ...settings };
  host.write(
    SETTINGS,
    Object.entries(all)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
};

/** The names of the reports that wait on a host, oldest first. */
export const waiting = async (host: LabHost): Promise<string[]> => {
  const names = await host.mustRun('/bin/sh', '-c', `ls ${SPOOL} 2>/dev/null || :`);
  return names.split('\n').filter((name) => name.startsWith('2'));
};

/** The kinds of these reports: `started`, `release` … */
export const kindsWaiting = async (host: LabHost): Promise<string[]> =>
  (await waiting(host)).map((name) => name.split('.').at(-1) ?? '');

/** What the timer does every half minute. */
export const deliver = async (...hosts: readonly LabHost[]): Promise<void> => {
  for (const host of hosts) await host.mustRun('hopledger-host', 'deliver');
};
