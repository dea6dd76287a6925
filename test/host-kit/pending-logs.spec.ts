import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Answering, type Asked, type Reply } from './answering.js';
import { hasCurl, Kit } from './kit.js';

const UUID = 'aaaaaaaa-2222-4333-8444-000000000001';
const TAKEN: Reply = { status: 200, headers: { 'hopledger-request': 'r' } };
const FAILURE: Reply = { status: 500, headers: { 'hopledger-request': 'r' } };
const TOO_LARGE: Reply = { status: 413, body: '<html>' };
const begin = (second: number): string =>
  `2026-11-21 03:10:${String(second).padStart(2, '0')}.127+0000: starting up libvirt version: 9.0.0, qemu version: 7.2.0\n`;
const END = '2026-11-21 03:20:21.127+0000: shutting down, reason=crashed\n';
const VIRSH = `case "$*" in
  *' list --uuid'*) cat "$HOPLEDGER_HOST_ROOT/uuids" ;;
  *domstate*) echo 'running (booted)' ;;
  *dumpxml*) echo '<domain/>' ;;
esac`;

(hasCurl ? describe : describe.skip)('logs that are not delivered', () => {
  let kit: Kit;
  let fake: Answering;
  let reply: (file: string) => Reply;
  beforeEach(async () => {
    reply = () => TAKEN;
    fake = await Answering.start(({ url }) => reply(whatOf(url)));
    kit = new Kit({ server: fake.url, host: 'hv1' });
    kit.configure({ server: fake.url, host: 'hv1', log_directory: kit.path('log-files') });
    mkdirSync(kit.path('log-files'));
    kit.program('virsh', VIRSH);
    writeFileSync(kit.path('uuids'), '');
    for (const file of ['aaa.log', 'bbb.log']) write(file, begin(1) + END);
  });
  afterEach(async () => {
    await kit.remove();
    await fake.close();
  });
  const write = (file: string, text: string): void => writeFileSync(kit.path(`log-files/${file}`), text);
  /** What came in those rounds: names of logs, and the last part of other paths. */
  const reconcile = async (rounds = 1): Promise<readonly string[]> => {
    const before = fake.asked.length;
    for (let round = 0; round < rounds; round += 1) await kit.host('reconcile');
    return fake.asked.slice(before).map(({ url }) => whatOf(url));
  };
  const notes = (): readonly string[] => readdirSync(kit.path('var/lib/hopledger-host/logs'));

  it.each([
    ['hopledger fails at', FAILURE, /HTTP status 500/],
    ['a proxy finds too large', TOO_LARGE, /HTTP status 413\n.*client_max_body_size/],
  ])(
    'hold up no others when it is one that %s, and after ten tries nothing',
    async (_what, failing, told) => {
      reply = (what) => (what === 'aaa.log' ? failing : TAKEN);
      expect(await reconcile()).toEqual(['aaa.log', 'bbb.log']);
      const pending = (await kit.host('doctor')).out;
      expect(pending).toMatch(/hint .*aaa\.log is not delivered yet/);
      expect(pending).toMatch(told);
      expect(await reconcile(8)).toEqual(Array.from({ length: 8 }, () => 'aaa.log'));
      expect(kit.log()).not.toContain('given up');
      expect(await reconcile()).toEqual(['aaa.log', 'gone']);
      expect(kit.log()).toMatch(/aaa\.log: given up after 10 tries/);
      expect(await reconcile()).toEqual(['gone']);
      const { out, status } = await kit.host('doctor');
      expect(out).toMatch(/WRONG .*aaa\.log was given up after 10 tries.*\n.*hopledger import libvirt-logs/);
      expect(status).toBe(1);

      // What the VM writes later is tried as any other.
      write('aaa.log', begin(1) + END + begin(2));
      reply = () => TAKEN;
      expect(await reconcile()).toEqual(['aaa.log', 'gone']);
      rmSync(kit.path('log-files/aaa.log'));
      await reconcile();
      expect(notes()).toHaveLength(1);
    },
    60_000,
  );

  it('are not given up to a server that fails at everything', async () => {
    writeFileSync(kit.path('uuids'), `${UUID}\n`);
    reply = () => FAILURE;
    const tried = await reconcile(12);
    expect(tried.filter((what) => what === 'aaa.log')).toHaveLength(12);
    expect(tried).not.toContain('gone');
    reply = () => TAKEN;
    await kit.host('deliver');
    expect(await reconcile()).toEqual(['aaa.log', 'bbb.log', 'running', 'gone']);
    expect(notes().filter((name) => !/^\d+$/.test(name))).toEqual([]);
  }, 300_000);

  it('wait all for a server that is away, however often it is asked', async () => {
    reply = () => ({ status: 503, headers: { 'hopledger-request': 'r' } });
    expect(await reconcile(12)).toEqual(Array.from({ length: 12 }, () => 'aaa.log'));
    expect((await kit.host('doctor')).out).toMatch(/aaa\.log is not delivered yet.*HTTP status 503/);
    reply = () => TAKEN;
    expect(await reconcile()).toEqual(['aaa.log', 'bbb.log', 'gone']);
    expect((await kit.host('doctor')).out).not.toContain('aaa.log');
  }, 300_000);

  it('keep back what no longer runs while the disk takes no note of them', async () => {
    reply = (what) => (what === 'aaa.log' ? FAILURE : TAKEN);
    kit.program('mv', 'exit 1');
    expect(await reconcile(11)).not.toContain('gone');
  }, 300_000);

  it('are sent in pieces that a proxy takes which knows nothing of them, each end with its start', async () => {
    const chatter = `${'x'.repeat(99)}\n`;
    const starts = [2_000, 6_000, 100, 6_900, 20_000].map(
      (lines, index) => begin(index) + chatter.repeat(lines) + END,
    );
    write('aaa.log', starts.join(''));
    await reconcile();
    const pieces = fake.asked.filter(({ url }) => whatOf(url) === 'aaa.log').map(textOf);
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(900_000);
      expect(piece).toMatch(/^2026\S+ \S+ starting up/);
      expect(piece.endsWith(END)).toBe(true);
    }
    const whole = pieces.join('');
    expect(whole.split(': starting up')).toHaveLength(starts.length + 1);
    expect(whole.split(END)).toHaveLength(starts.length + 1);
  }, 300_000);
});

const textOf = ({ body }: Asked): string => body.toString();
const whatOf = (url: URL): string => url.searchParams.get('file') ?? url.pathname.split('/').at(-1) ?? '';
