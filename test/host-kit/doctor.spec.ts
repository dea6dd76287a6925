import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { tokensFile } from '../e2e/graphql-harness.js';
import { startServer, type RunningServer } from '../e2e/running-server.js';
import { Answering } from './answering.js';
import { hasCurl, Kit } from './kit.js';

const HOOK = fileURLToPath(new URL('../../deploy/libvirt-host/hook/50-hopledger', import.meta.url));
const OTHER_HOOK = 'etc/libvirt/hooks/qemu';
const HOOK_ON_HOST = 'etc/libvirt/hooks/qemu.d/50-hopledger';
/** All that makes a token, in the order of it. */
const NEW_TOKEN = [
  'hopledger token create hv1 --role recorder --host hv1 --file /etc/hopledger/tokens.json',
  'systemctl reload hopledger; put what it prints into \\S+/etc/hopledger/token \\(mode 0600\\)',
].join(' && ');

(hasCurl ? describe : describe.skip)('hopledger-host doctor', () => {
  const tokens = tokensFile([
    { name: 'hv1', role: 'recorder', host: 'hv1' },
    { name: 'hv2', role: 'recorder', host: 'hv2' },
  ]);
  let server: RunningServer;
  let kit: Kit;
  beforeAll(async () => {
    server = await startServer({ HOPLEDGER_AUTH_TOKENS_FILE: tokens.file });
  });
  afterAll(async () => {
    await server.stop();
    tokens.remove();
  });
  beforeEach(() => {
    kit = new Kit({ server: server.url, host: 'hv1' }, tokens.tokens['hv1']);
    kit.program('virsh', '[ "$1" = --version ] && echo 9.0.0; exit 0');
    kit.program('systemctl', 'exit 0');
    for (const directory of ['etc/libvirt/hooks/qemu.d', 'run/systemd/system'])
      mkdirSync(kit.path(directory), { recursive: true });
    copyFileSync(HOOK, kit.path(HOOK_ON_HOST));
    chmodSync(kit.path(HOOK_ON_HOST), 0o755);
  });
  afterEach(() => kit.remove());
  const other = (text: string): void =>
    writeFileSync(kit.path(OTHER_HOOK), `#!/bin/sh\n${text}\n`, { mode: 0o755 });

  it('finds nothing on a host where all is well', async () => {
    const { status, out } = await kit.host('doctor');
    expect(out).not.toContain('WRONG');
    expect(status).toBe(0);
    expect(out).toContain('takes reports of this host');
  });

  it.each<[string, () => void | Promise<void>, RegExp]>([
    ['no settings', () => rmSync(kit.path('etc/hopledger/host.conf')), /WRONG settings: .*cannot be read/],
    [
      'a setting that does not exist',
      () => kit.configure({ server: server.url, host: 'hv1', timeuot: 5 }),
      /no setting timeuot/,
    ],
    [
      'a token that others can read',
      () => chmodSync(kit.path('etc/hopledger/token'), 0o644),
      /mode 644[^]*chmod 600/,
    ],
    [
      'a token of another host',
      () => writeFileSync(kit.path('etc/hopledger/token'), tokens.tokens['hv2'] ?? ''),
      new RegExp(`may not report for hv1[^]*${NEW_TOKEN}; or correct host in`),
    ],
    [
      'a token that hopledger does not know',
      () => writeFileSync(kit.path('etc/hopledger/token'), 'hpl_x'),
      new RegExp(`does not know the token[^]*${NEW_TOKEN}\n`),
    ],
    [
      'a server that is not there',
      () => kit.configure({ server: 'http://127.0.0.1:9', host: 'hv1' }),
      /cannot be reached/,
    ],
    ['no hook', () => rmSync(kit.path(HOOK_ON_HOST)), /WRONG no hook/],
    [
      'a hook that libvirt passes over',
      () => chmodSync(kit.path(HOOK_ON_HOST), 0o644),
      /not executable[^]*chmod 755/,
    ],
    [
      'a hook of another release',
      () =>
        writeFileSync(kit.path(HOOK_ON_HOST), readFileSync(HOOK, 'utf8').replace(/kit \d.*/, 'kit 0.0.1')),
      /is of kit 0\.0\.1/,
    ],
    [
      'a libvirt without qemu.d',
      () => kit.program('virsh', '[ "$1" = --version ] && echo 6.0.0; exit 0'),
      /libvirt 6\.0 knows no qemu\.d/,
    ],
    [
      'a link from before libvirt 6.5 that is left',
      () => symlinkSync('qemu.d/50-hopledger', kit.path(OTHER_HOOK)),
      /hooks\/qemu calls the hook, and libvirt 9\.0 calls it in qemu\.d too[^]*mend: rm \S+hooks\/qemu;/,
    ],
    [
      'a script from before libvirt 6.5 that still calls the hook',
      () => other('# as hopledger says\n/etc/libvirt/hooks/qemu.d/50-hopledger "$@"'),
      /hooks\/qemu calls the hook[^]*mend: take the call out of/,
    ],
    [
      'a script that runs all that is in qemu.d, as libvirt does',
      () => {
        other('for hook in "$0".d/*; do "$hook" "$@"; done');
        utimesSync(kit.path(OTHER_HOOK), 1_700_000_000, 1_700_000_000);
        mkdirSync(kit.path('run/hopledger-host'));
        writeFileSync(kit.path('run/hopledger-host/called-twice'), '');
      },
      /hooks\/qemu calls the hook[^]*mend: take the call out of/,
    ],
    ['no virsh', () => kit.program('virsh', 'exit 127'), /virsh does not run/],
    [
      'services that do not run',
      () => kit.program('systemctl', 'exit 3'),
      /hopledger-follow\.service is not active/,
    ],
    [
      'a spool that was full',
      () => {
        mkdirSync(kit.path('var/lib/hopledger-host'), { recursive: true });
        writeFileSync(kit.path('var/lib/hopledger-host/lost'), 'a\nb\n');
      },
      /2 reports were dropped/,
    ],
    [
      'an old list of tainted VMs',
      () => {
        const list = kit.path('var/lib/hopledger-host/advice/list');
        mkdirSync(kit.path('var/lib/hopledger-host/advice'), { recursive: true });
        writeFileSync(list, 'hopledger-advice 1 0\n');
        utimesSync(list, 1_700_000_000, 1_700_000_000);
      },
      /tainted was last heard \d+ s ago/,
    ],
    [
      'a certificate that cannot be read',
      () => {
        rmSync(kit.path('etc/hopledger/token'));
        kit.configure({ server: server.url, host: 'hv1', client_cert: kit.path('none.pem') });
      },
      /none\.pem cannot be read/,
    ],
    [
      'a spool that waits for hours',
      () => {
        const entry = kit.path('var/lib/hopledger-host/spool/20261121T031021127-1-10000.started');
        mkdirSync(kit.path('var/lib/hopledger-host/spool'), { recursive: true });
        writeFileSync(entry, 'hopledger-spool 1\n');
        utimesSync(entry, 1_700_000_000, 1_700_000_000);
      },
      /1 reports wait/,
    ],
  ])('says how to mend %s, and exits with 1', async (_what, breakIt, told) => {
    await breakIt();
    const { status, out } = await kit.host('doctor');
    expect(out).toMatch(told);
    const wrong = out
      .split('\n')
      .flatMap((line, index, all) => (line.startsWith('WRONG') ? [all[index + 1]] : []));
    expect(wrong.length).toBeGreaterThan(0);
    for (const line of wrong) expect(line).toMatch(/^ +mend: \S/);
    expect(status).toBe(1);
  });

  it('has no fault to find with a hook of others, nor with the link where libvirt needs it', async () => {
    other('# not 50-hopledger\nexit 0');
    expect((await kit.host('doctor')).status).toBe(0);
    rmSync(kit.path(OTHER_HOOK));
    symlinkSync('qemu.d/50-hopledger', kit.path(OTHER_HOOK));
    kit.program('virsh', '[ "$1" = --version ] && echo 6.4.0; exit 0');
    const { status, out } = await kit.host('doctor');
    expect(out).toMatch(/ok +libvirt 6\.4 knows no qemu\.d; \S+hooks\/qemu calls the hook/);
    expect(status).toBe(0);
  });

  it('sees a clock that is off, and a server that is another', async () => {
    const fake = await Answering.start(() => ({
      status: 200,
      headers: { date: 'Sat, 21 Nov 2020 03:10:21 GMT' },
      body: 'hello',
    }));
    kit.configure({ server: fake.url, host: 'hv1' });
    const { status, out } = await kit.host('doctor');
    await fake.close();
    expect(out).toMatch(/answers, and is not hopledger/);
    expect(out).toMatch(/clock and the server's are \d+ s apart/);
    expect(status).toBe(1);
  });

  it('asks for no token where a client certificate stands for it, and for one where nothing does', async () => {
    rmSync(kit.path('etc/hopledger/token'));
    expect((await kit.host('doctor')).out).toMatch(new RegExp(`no token in[^]*${NEW_TOKEN}\n`));
    writeFileSync(kit.path('client.pem'), '');
    kit.configure({ server: server.url, host: 'hv1', client_cert: kit.path('client.pem') });
    const { out } = await kit.host('doctor');
    expect(out).not.toContain('no token in');
    expect(out).toMatch(/ok +no token: shows the certificate .*client\.pem/);
  });

  it('says whether it has heard which VMs are tainted', async () => {
    expect((await kit.host('doctor')).out).toContain('was never heard');
    await kit.host('deliver');
    expect((await kit.host('doctor')).out).toMatch(/ok +tainted: 0 VMs, heard \d+ s ago/);
  });

  it('never shows the token', async () => {
    const { out, err } = await kit.host('doctor');
    expect(out + err + kit.log()).not.toContain('hpl_');
  });
});
