import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { filesBelow, installed, kitFiles, output, PACKAGING, scratch } from './building.js';

const canBuild = installed('rpmbuild', 'rpm');

// skipped where there is no rpmbuild
(canBuild ? describe : describe.skip)('the RPM', () => {
  const place = scratch();
  let rpm = '';
  const query = (...args: string[]): string =>
    output('rpm', ['--dbpath', join(place.path, 'db'), '-qp', ...args, rpm]);
  beforeAll(() => {
    rpm = output('sh', [join(PACKAGING, 'build-rpm.sh'), place.path]).trim();
  });
  afterAll(() => {
    place.remove();
  });

  it('asks for curl and the virsh of libvirt', () => {
    const requires = query('--requires').split('\n');
    expect(requires).toEqual(expect.arrayContaining(['curl >= 7.55', 'libvirt-client']));
  });

  it('holds the kit, each file with its mode, and no other hook', () => {
    const files = query('--queryformat', '[%{FILEMODES:octal} %{FILENAMES}\\n]')
      .split('\n')
      .flatMap((line) => /^10(\d{4} \/.*)$/.exec(line)?.[1] ?? [])
      .filter((line) => !line.includes('/usr/share/'));
    expect(files).toEqual(kitFiles('/usr', '/usr/lib/systemd/system'));
  });

  const isRoot = process.getuid?.() === 0;
  // skipped for others: rpm changes its root directory
  (isRoot ? it : it.skip)('is installed and taken away again, and leaves nothing', () => {
    const root = join(place.path, 'root');
    output('mkdir', [root]);
    const there = ['--root', root, '--dbpath', '/var/lib/rpm', '--noscripts', '--notriggers', '--nodeps'];
    output('rpm', [...there, '-i', rpm]);
    const ours = (): string[] => filesBelow(root).filter((line) => !line.includes('/var/lib/rpm/'));
    expect(ours()).toHaveLength(kitFiles('/usr', '').length + 1);
    output('rpm', [...there, '-e', 'hopledger-host']);
    expect(ours()).toEqual([]);
  });

  it('keeps what an administrator changes', () => {
    const flags = query('--queryformat', '[%{FILEFLAGS:fflags} %{FILENAMES}\n]').split('\n');
    expect(flags.filter((line) => !line.startsWith(' ') && line.includes('/etc/'))).toEqual([
      'cn /etc/hopledger/host.conf',
      'cn /etc/libvirt/hooks/qemu.d/50-hopledger',
    ]);
  });

  it('tells libvirt to reload its hooks, and never fails where no systemd runs', () => {
    const scripts = query('--scripts');
    expect(scripts).toContain('systemctl try-reload-or-restart');
    expect(scripts.match(/^exit 0$/gm)).toHaveLength(3);
    for (const script of scripts.split(/^\w+ scriptlet .*:$/m).slice(1)) output('sh', ['-n', '-c', script]);
  });

  it('lets an upgrade of QEMU start the probe', () => {
    expect(query('--filetriggers')).toMatch(/-- .*\/usr\/libexec\/qemu-kvm[\s\S]*hopledger-probe\.service/);
  });
});
