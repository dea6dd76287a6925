import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { start, stateOf } from './guest-life.js';
import type { Guest } from './guest.js';
import { installKit, installPackage } from './installed-kit.js';
import type { LabHost } from './lab-host.js';
import { labRequirements, sayWhySkipped } from './lab-requirements.js';
import { LibvirtLab } from './libvirt-lab.js';

const found = await labRequirements('fixed');
if (typeof found === 'string') sayWhySkipped(found);
jest.setTimeout(300_000);

const HOOK = '/etc/libvirt/hooks/qemu.d/50-hopledger';
const OTHER_HOOK = '/etc/libvirt/hooks/qemu.d/10-other';
const MAIN_HOOK = '/etc/libvirt/hooks/qemu';
const OTHER_TEXT = '#!/bin/sh\necho "$0 $2" >>/var/log/other-hooks\n';
const SERVICES = '/var/log/services';
const guest: Guest = { name: 'guest', uuid: '0b0e1c3a-53d3-4be1-9a50-6d4f0a6c4001', idle: true };

const OURS = 'find /etc /usr /var/lib /run -name "*hopledger*"';

/** As systemd would be asked; it does not run in the lab. */
const FAKE_SYSTEMCTL = `#!/bin/sh
echo "$*" >>${SERVICES}
case "$*" in *is-enabled*) echo enabled ;; *is-active*) ;; *) exit 1 ;; esac
`;

// skipped where the lab cannot be
(typeof found === 'string' ? describe.skip : describe)('the Debian package on a host', () => {
  let lab: LibvirtLab;
  let host: LabHost;
  const dpkg = (...args: readonly string[]): Promise<string> => host.mustRun('dpkg', ...args);
  const list = async (script: string): Promise<string[]> =>
    (await host.mustRun('/bin/sh', '-c', script))
      .split('\n')
      .filter((line) => line !== '')
      .sort();
  const hooks = (): Promise<string[]> => list('cd /etc/libvirt/hooks && find . -type f -printf "%m %P\\n"');
  const reboot = async (): Promise<void> => {
    await host.run('virsh', '-q', 'destroy', guest.name);
    await start(host, guest);
  };

  /** Types of events, the oldest first. */
  const reports = async (): Promise<readonly string[]> => {
    const { events } = await lab.server.graphql<{
      events: { edges: readonly { node: { type: string } }[] };
    }>('query ($uuid: UUID!) { events(filter: { vm: $uuid }, first: 200) { edges { node { type } } } }', {
      uuid: guest.uuid,
    });
    return events.edges.map(({ node }) => node.type);
  };

  beforeAll(async () => {
    if (typeof found === 'string') throw new Error(found);
    lab = await LibvirtLab.open({ host: found.fixed });
    host = lab.host('host');
    for (const hook of [MAIN_HOOK, OTHER_HOOK]) host.write(hook, OTHER_TEXT, 0o755);
  }, 300_000);
  afterAll(() => lab.close());

  it('is installed where no systemd runs, beside other hooks', async () => {
    await installKit(host, lab.server);
    expect(await hooks()).toEqual(['755 qemu', '755 qemu.d/10-other', '755 qemu.d/50-hopledger']);
    expect(await dpkg('-s', 'hopledger-host')).toContain('Status: install ok installed');
  });

  it('lets libvirt call all of them', async () => {
    await start(host, guest);
    expect(host.read('/var/log/other-hooks')).toContain(`${MAIN_HOOK} started\n${OTHER_HOOK} started\n`);
    const answer = await lab.server.graphql('query ($uuid: UUID!) { vm(uuid: $uuid) { name } }', {
      uuid: guest.uuid,
    });
    expect(answer).toEqual({ vm: { name: 'guest' } });
  });

  it.each([
    ['a link', `ln -sf qemu.d/50-hopledger ${MAIN_HOOK}`],
    ['a script', `printf '#!/bin/sh\\n%s.d/50-hopledger "$@"\\n' ${MAIN_HOOK} >${MAIN_HOOK}`],
  ])('tells once of what libvirt calls it for twice, by %s from before 6.5 too', async (_what, make) => {
    const before = await reports();
    await host.mustRun('/bin/sh', '-c', `rm ${MAIN_HOOK}; umask 022; ${make}; chmod 755 ${MAIN_HOOK}`);
    await reboot();
    const ofOneReboot = ['VmStopped', 'VmStopped', 'ProcessPrepared', 'ProcessPrepared', 'ProcessStarted'];
    expect((await reports()).slice(before.length)).toEqual(ofOneReboot);
    expect((await host.run('hopledger-host', 'doctor')).out).toContain(
      `${MAIN_HOOK} calls the hook, and libvirt 11.3 calls it in qemu.d too`,
    );
    await host.mustRun('rm', MAIN_HOOK);
    host.write(MAIN_HOOK, OTHER_TEXT, 0o755);
  });

  it('keeps a hook that the administrator changed at an upgrade, and lets libvirt run no second one', async () => {
    host.write(HOOK, `${host.read(HOOK)}# changed\n`, 0o755);
    await host.mustRun('/bin/sh', '-c', 'printf "%s\\n" "#!/bin/sh" >/var/tmp/new-hook');
    await host.mustRun(
      '/bin/sh',
      '-c',
      `cd /var/tmp && dpkg-deb -R hopledger-host.deb new && cp new-hook new${HOOK} && chmod 755 new${HOOK} &&
       sed -i 's/^Version: .*/&.1/' new/DEBIAN/control && dpkg-deb -b new new.deb && dpkg --force-confold -i new.deb`,
    );
    expect(host.read(HOOK)).toContain('# changed');
    expect(await hooks()).toContain('644 qemu.d/50-hopledger.dpkg-dist');
    await host.mustRun('rm', `${HOOK}.dpkg-dist`);
  });

  it('asks systemd, where it runs, to reload libvirt and to start its services, and minds no refusal', async () => {
    host.write('/usr/local/bin/systemctl', FAKE_SYSTEMCTL, 0o755);
    await host.mustRun('mkdir', '-p', '/run/systemd/system');
    const path = 'PATH=/usr/local/bin:/usr/sbin:/usr/bin';
    await host.mustRun(
      'env',
      path,
      'dpkg',
      '-i',
      '--force-confold',
      '--force-downgrade',
      '/var/tmp/hopledger-host.deb',
    );
    const asked = host.read(SERVICES).split('\n');
    expect(asked).toEqual(
      expect.arrayContaining([
        'try-reload-or-restart libvirtd.service',
        'try-reload-or-restart virtqemud.service',
        'start --no-block hopledger-probe.service',
      ]),
    );
    expect(asked.some((words) => /\brestart .*hopledger-follow\.service/.test(words))).toBe(true);
    host.write(SERVICES, '');
    await host.mustRun('env', path, 'dpkg-trigger', '--by-package=dpkg', '/usr/bin/qemu-system-x86_64');
    await host.mustRun('env', path, 'dpkg', '--triggers-only', '--pending');
    expect(host.read(SERVICES)).toBe('start --no-block hopledger-probe.service\n');
    await host.mustRun('rm', '-r', '/run/systemd/system', '/usr/local/bin/systemctl');
  });

  it('leaves its settings and a hook that does nothing when it is removed', async () => {
    await dpkg('--remove', 'hopledger-host');
    expect(await hooks()).toContain('755 qemu.d/50-hopledger');
    expect(await host.run(HOOK, 'guest', 'migrate', 'begin', '-')).toEqual({ status: 0, out: '', err: '' });
    await reboot();
    expect(await stateOf(host, guest)).toBe('running');
  });

  it('leaves nothing when it is purged, and the other hooks as they were', async () => {
    expect(await list(OURS)).toContain(HOOK);
    await dpkg('--purge', 'hopledger-host');
    expect(await list(OURS)).toEqual([]);
    expect(await hooks()).toEqual(['755 qemu', '755 qemu.d/10-other']);
    expect([host.read(MAIN_HOOK), host.read(OTHER_HOOK)]).toEqual([OTHER_TEXT, OTHER_TEXT]);
    await reboot();
    expect(await stateOf(host, guest)).toBe('running');
  });

  it('is installed again after that', async () => {
    await installPackage(host);
    expect(await hooks()).toContain('755 qemu.d/50-hopledger');
  });
});
