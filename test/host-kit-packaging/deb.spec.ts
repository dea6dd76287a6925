import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { filesBelow, installed, kitFiles, output, PACKAGING, scratch } from './building.js';

const DOCUMENTS = /\/usr\/share\/(doc|man)\//;
const canBuild = installed('dpkg-deb', 'dpkg');
const hasLintian = installed('lintian', 'lintian');

(canBuild ? describe : describe.skip)('the Debian package', () => {
  const place = scratch();
  const contents = join(place.path, 'contents');
  let deb = '';
  beforeAll(() => {
    deb = output('sh', [join(PACKAGING, 'build-deb.sh'), place.path]).trim();
    output('dpkg-deb', ['--raw-extract', deb, contents]);
  });
  afterAll(() => {
    place.remove();
  });

  it('depends on curl and the virsh of libvirt, and goes with its daemon', () => {
    const field = (name: string): string => output('dpkg-deb', ['-f', deb, name]).trim();
    expect(field('Depends')).toBe('curl (>= 7.55), libvirt-clients');
    expect(field('Enhances')).toBe('libvirt-daemon-system');
    expect(field('Architecture')).toBe('all');
  });

  it('has the version of the kit', () => {
    const [, version] =
      /^KIT_VERSION=(.+)$/m.exec(readFileSync(join(PACKAGING, '../lib/common.sh'), 'utf8')) ?? [];
    expect(output('dpkg-deb', ['-f', deb, 'Version']).trim()).toBe(version);
    expect(readFileSync(join(PACKAGING, 'debian/changelog'), 'utf8').split('\n')[0]).toContain(
      `(${String(version)})`,
    );
  });

  it('holds the kit, each file with its mode, and no other hook', () => {
    const files = filesBelow(contents).filter((line) => !line.includes(' /DEBIAN/') && !DOCUMENTS.test(line));
    expect(files).toEqual(kitFiles('/usr', '/usr/lib/systemd/system'));
  });

  it('has a manual page, a changelog and a copyright', () => {
    expect(filesBelow(contents).filter((line) => DOCUMENTS.test(line))).toEqual([
      '0644 /usr/share/doc/hopledger-host/changelog.gz',
      '0644 /usr/share/doc/hopledger-host/copyright',
      '0644 /usr/share/man/man8/hopledger-host.8.gz',
    ]);
  });

  it('belongs to root', () => {
    const owners = output('dpkg-deb', ['-c', deb])
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/)[1]);
    expect(new Set(owners)).toEqual(new Set(['root/root']));
  });

  it('keeps what an administrator changes: every file of /etc is a conffile', () => {
    const conffiles = readFileSync(join(contents, 'DEBIAN/conffiles'), 'utf8').trim().split('\n');
    const inEtc = filesBelow(join(contents, 'etc')).map((line) => `/etc${line.slice(5)}`);
    expect(conffiles.sort()).toEqual(inEtc);
  });

  it('lets an upgrade of QEMU or libvirt start the probe', () => {
    const triggers = readFileSync(join(contents, 'DEBIAN/triggers'), 'utf8');
    expect(triggers).toContain('interest-noawait /usr/bin/qemu-system-x86_64\n');
    expect(triggers).toContain('interest-noawait /usr/sbin/libvirtd\n');
  });

  it('is the same bytes when it is built again', () => {
    const again = join(place.path, 'again');
    output('mkdir', [again]);
    const second = output('sh', [join(PACKAGING, 'build-deb.sh'), again]).trim();
    expect(readFileSync(second).equals(readFileSync(deb))).toBe(true);
  });

  // skipped where there is no lintian
  (hasLintian ? it : it.skip)('has no fault that lintian knows', () => {
    // libvirt must be told to reload its hooks, for which debhelper has no snippet.
    const told = ['--no-cfg', '--allow-root', '--suppress-tags', 'maintainer-script-calls-systemctl'];
    expect(output('lintian', [...told, '--fail-on', 'none', deb])).toBe('');
  });
});
