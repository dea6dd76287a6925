import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { filesBelow, installed, kitFiles, output, PACKAGING, scratch } from './building.js';

const HOOK = '/etc/libvirt/hooks/qemu.d/50-hopledger';
const CONFIG = '/etc/hopledger/host.conf';

describe('install.sh', () => {
  let place: ReturnType<typeof scratch>;
  beforeEach(() => {
    place = scratch();
  });
  afterEach(() => {
    place.remove();
  });
  const root = (): string => join(place.path, 'root');
  const install = (...args: string[]): string =>
    output('sh', [join(PACKAGING, 'install.sh'), ...args], { DESTDIR: root() });
  const uninstall = (prefix: string, ...args: string[]): string =>
    output('sh', [`${root()}${prefix}/lib/hopledger-host/uninstall.sh`, ...args], { DESTDIR: root() });
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(root() + path), { recursive: true });
    writeFileSync(root() + path, text);
  };
  const read = (path: string): string => readFileSync(root() + path, 'utf8');

  it.each([
    ['/usr', '/usr/lib/systemd/system'],
    ['/usr/local', '/etc/systemd/system'],
  ])('puts the kit below %s', (prefix, units) => {
    install(`--prefix=${prefix}`);
    const own = /installed|layout\.sh|uninstall\.sh|\/man8\//;
    expect(filesBelow(root()).filter((line) => !own.test(line))).toEqual(kitFiles(prefix, units));
  });

  it('lets each file find the others below its prefix', () => {
    install('--prefix=/usr/local');
    const told = output('sh', [`${root()}/usr/local/bin/hopledger-host`, '--version'], {
      HOPLEDGER_HOST_ROOT: root(),
    });
    expect(told).toMatch(/^hopledger-host \d/);
    for (const file of [
      HOOK,
      '/usr/local/bin/hopledger-host',
      '/etc/systemd/system/hopledger-follow.service',
    ])
      expect(read(file)).not.toMatch(/\/usr\/(bin|lib)\/hopledger-host/);
  });

  it.each(['/usr', '/usr/local'])('leaves nothing when it is uninstalled from %s with --purge', (prefix) => {
    install(`--prefix=${prefix}`);
    put('/etc/hopledger/token', 'hpl_x');
    put('/var/lib/hopledger-host/spool/20261121T000000000-1-10000.started', '');
    uninstall(prefix, '--purge');
    expect(filesBelow(root())).toEqual([]);
  });

  it('keeps the settings, the token and the spool when it is uninstalled without', () => {
    install();
    const entry = '/var/lib/hopledger-host/spool/20261121T000000000-1-10000.started';
    put('/etc/hopledger/token', 'hpl_x');
    put(entry, '');
    uninstall('/usr/local');
    expect(filesBelow(root()).map((line) => line.slice(5))).toEqual([CONFIG, '/etc/hopledger/token', entry]);
  });

  it('takes no other hook and nothing of a hopledger server with it', () => {
    const others = [
      '/etc/hopledger/tokens.json',
      '/etc/libvirt/hooks/qemu',
      '/etc/libvirt/hooks/qemu.d/10-mine',
    ];
    for (const other of others) put(other, 'mine');
    install();
    uninstall('/usr/local', '--purge');
    expect(filesBelow(root()).map((line) => line.slice(5))).toEqual(others);
    expect(others.map(read)).toEqual(['mine', 'mine', 'mine']);
  });

  const isThere = (path: string): boolean => existsSync(root() + path);

  it.each(['', '--purge'])('leaves libvirt its own directories, empty as they are (%s)', (option) => {
    mkdirSync(root() + '/etc/libvirt/hooks', { recursive: true });
    install();
    // An upgrade knows of the first what that one made.
    install();
    uninstall('/usr/local', ...(option === '' ? [] : [option]));
    const of = ['/etc/libvirt/hooks', '/etc/libvirt/hooks/qemu.d', '/usr/local/lib/hopledger-host'];
    expect(of.map(isThere)).toEqual([true, false, false]);
    expect(isThere('/etc/hopledger')).toBe(option === '');
  });

  it('leaves a qemu.d that was there before it', () => {
    mkdirSync(root() + dirname(HOOK), { recursive: true });
    install();
    install();
    uninstall('/usr/local', '--purge');
    expect(isThere(dirname(HOOK))).toBe(true);
  });

  it('keeps settings that are there, and says so', () => {
    put(CONFIG, 'server=https://ledger\n');
    expect(install()).toContain(`${CONFIG} stays as it is`);
    expect(read(CONFIG)).toBe('server=https://ledger\n');
  });

  it('replaces a hook made by hand, and keeps it where libvirt runs nothing', () => {
    put(HOOK, '#!/bin/sh\n# by hand\n');
    expect(install()).toContain('/etc/hopledger/50-hopledger.old');
    expect(read('/etc/hopledger/50-hopledger.old')).toContain('by hand');
    expect(filesBelow(`${root()}/etc/libvirt/hooks`)).toEqual(['0755 /qemu.d/50-hopledger']);
  });

  it('says nothing of the hook when it is installed again', () => {
    install();
    expect(install()).not.toContain('50-hopledger.old');
  });

  it('takes no prefix that it does not know', () => {
    const { status, stderr } = spawnSync('sh', [join(PACKAGING, 'install.sh'), '--prefix=/usr/local;x'], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], DESTDIR: root() },
    });
    expect(status).toBe(2);
    expect(stderr).toContain('The prefix is');
    expect(filesBelow(root())).toEqual([]);
  });
});

const hasShellcheck = installed('shellcheck', 'shellcheck');
// skipped where there is no shellcheck
(hasShellcheck ? it : it.skip)('the scripts of the packages have no fault that shellcheck knows', () => {
  const scripts = ['build-deb.sh', 'build-rpm.sh', 'install.sh', 'uninstall.sh', 'layout.sh'];
  const debian = ['debian/postinst', 'debian/prerm', 'debian/postrm'];
  const files = [...scripts, ...debian].map((name) => join(PACKAGING, name));
  const { status, stdout } = spawnSync('shellcheck', ['-x', '-P', join(PACKAGING, '../../..'), ...files], {
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([0, '']);
});
