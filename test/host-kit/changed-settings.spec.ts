import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Answering } from './answering.js';
import { eventually, hasCurl, Kit, stop } from './kit.js';

const UUID = 'aaaaaaaa-2222-4333-8444-000000000001';
const NOBODY = 'http://127.0.0.1:9';
const LOG = '2026-11-21 03:10:21.127+0000: starting up libvirt version: 9.0.0, qemu version: 7.2.0\n';
/** Tells which libvirt it was asked for in `connected`, and prints as events what comes into `events`. */
const VIRSH = `
here=$HOPLEDGER_HOST_ROOT
case "$*" in
  *' event '*)
    echo "$3" >>"$here/connected"
    exec tail -n +1 -f "$here/events" ;;
  *' list --uuid'*) echo ${UUID} ;;
  *domstate*) echo 'running (booted)' ;;
  *dumpxml*) echo '<domain/>' ;;
  --version) echo 9.0.0 ;;
esac`;

(hasCurl ? describe : describe.skip)('settings that change while the follower runs', () => {
  let kit: Kit;
  let fake: Answering;
  beforeEach(async () => {
    fake = await Answering.start(() => ({ status: 200, headers: { 'hopledger-request': 'r' } }));
    kit = new Kit({});
    kit.program('virsh', VIRSH);
    mkdirSync(kit.path('log-files'));
    writeFileSync(kit.path('log-files/vm1.log'), LOG);
    writeFileSync(kit.path('events'), '');
  });
  afterEach(async () => {
    await kit.remove();
    await fake.close();
  });
  const configure = (server: string, more: Readonly<Record<string, string>> = {}): void =>
    kit.configure({ server, host: 'hv1', follow_interval: 1, log_directory: kit.path('log-files'), ...more });
  const asked = (host = 'hv1'): readonly string[] =>
    fake.asked
      .filter(({ url }) => url.searchParams.get('host') === host)
      .map(({ url }) => url.pathname.split('/').at(-1) ?? '');
  const connected = (): readonly string[] => {
    try {
      return readFileSync(kit.path('connected'), 'utf8').trim().split('\n');
    } catch {
      return [];
    }
  };

  it('have its events, the logs and what runs go to the server that is named by then', async () => {
    configure(NOBODY);
    const follower = kit.start('follow');
    await eventually(() => kit.spooled().some((entry) => entry.endsWith('.running')));
    expect(fake.asked).toEqual([]);
    configure(fake.url);
    await eventually(() => asked().includes('logs'));
    // What waited goes first, as ever.
    expect((await kit.host('deliver')).status).toBe(0);
    writeFileSync(kit.path('events'), "2026-11-21 03:10:21.127+0000: event 'reboot' for domain 'vm1'\n");
    await eventually(() => asked().includes('events'));
    await stop(follower);
    expect(asked()).toContain('gone');
    expect(connected()).toHaveLength(1);
  }, 300_000);

  it('have another libvirt followed when they name another', async () => {
    configure(fake.url);
    const follower = kit.start('follow');
    await eventually(() => asked().includes('gone'));
    configure(fake.url, { connect: 'qemu:///session' });
    await eventually(() => connected().length === 2);
    await stop(follower);
    expect(connected()).toEqual(['qemu:///system', 'qemu:///session']);
  }, 300_000);

  it.each<[string, () => void, RegExp]>([
    ['no longer there', () => rmSync(kit.path('etc/hopledger/host.conf')), /it cannot be read; going on/],
    ['without a server', () => kit.configure({ host: 'hv2' }), /server is not set; going on/],
    ['of an unknown name', () => configure(NOBODY, { hots: 'hv2' }), /no setting hots; going on/],
  ])(
    'keep those from before while they are %s, and say so once',
    async (_what, breakThem, told) => {
      configure(fake.url);
      const follower = kit.start('follow');
      await eventually(() => asked().includes('gone'));
      kit.log();
      breakThem();
      let log = '';
      await eventually(() => (log += kit.log()).includes('going on'));
      writeFileSync(kit.path('events'), "2026-11-21 03:10:21.127+0000: event 'reboot' for domain 'vm1'\n");
      await eventually(() => asked().includes('events'));
      configure(fake.url, { host: 'hv3' });
      await eventually(() => asked('hv3').includes('gone'));
      await stop(follower);
      log += kit.log();
      expect(log).toMatch(told);
      expect(log.split('going on')).toHaveLength(2);
      expect(asked('hv2')).toEqual([]);
    },
    60_000,
  );

  it('are not taken while they are being written', async () => {
    const whole = 'server=http://new.example\nhost=new\n';
    const texts = ['server=http://new.example\n', '', whole, whole, whole];
    configure(NOBODY);
    for (const [index, text] of texts.entries()) writeFileSync(kit.path(`text.${index}`), text);
    writeFileSync(
      kit.path('looks'),
      `. "$HOPLEDGER_HOST_LIB/common.sh"; . "$HOPLEDGER_HOST_LIB/settings.sh"
work=$root; read_config; first_settings
for text in ${texts.map((_, index) => index).join(' ')}; do
  cat "$root/text.$text" >"$config_file"; reread_settings && taken=yes || taken=no; echo "$taken $host $server"
done`,
    );
    const { out } = await kit.run(kit.path('looks'), [], '');
    const before = `no hv1 ${NOBODY}`;
    const after = 'new http://new.example';
    expect(out.split('\n')).toEqual([before, before, before, `yes ${after}`, `no ${after}`, '']);
    expect(kit.log()).toBe('');
  });

  describe('and the doctor', () => {
    it('finds nothing wrong with a follower that takes them', async () => {
      configure(NOBODY);
      const follower = kit.start('follow');
      await eventually(() => kit.spooled().length > 0);
      configure(fake.url);
      const { out } = await kit.host('doctor');
      await stop(follower);
      expect(out).not.toContain('the follower still reports');
    }, 300_000);

    it('says when it goes on with others, and how to mend that', async () => {
      configure(NOBODY);
      const follower = kit.start('follow');
      await eventually(() => kit.spooled().length > 0);
      // It hears of nothing now, as while a server lets it wait.
      follower.kill('SIGSTOP');
      configure(fake.url);
      // The doctor waits for it; not the test.
      kit.program('sleep', 'exit 0');
      const { out, status } = await kit.host('doctor');
      follower.kill('SIGCONT');
      await stop(follower);
      expect(out).toContain(
        `WRONG the follower still reports as hv1 to ${NOBODY}, not as hv1 to ${fake.url}\n      mend: systemctl restart hopledger-follow.service\n`,
      );
      expect(status).toBe(1);
    }, 300_000);
  });
});
