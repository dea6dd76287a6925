import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { loadRecording } from '../../src/demo/recording.js';
import { startServer, type RunningServer } from '../e2e/running-server.js';
import { Answering, own, type Reply } from './answering.js';
import { hasCurl, Kit, SHELLS, type Outcome } from './kit.js';

const recording = loadRecording();
const XML = recording.xml('005-hostb-vm1-migrate-begin.xml');
const UUID = /<uuid>(.*)<\/uuid>/.exec(XML)?.[1] ?? '';
const MIGRATE = ['vm1', 'migrate', 'begin', '-'];
const OPERATIONS = [
  'prepare begin',
  'start begin',
  'started begin',
  'stopped end',
  'release end',
  'migrate begin',
  'restore begin',
  'reconnect begin',
  'attach begin',
].map((words) => ['vm1', ...words.split(' '), '-']);
const ASKS = ['migrate', 'restore'];
const SAFE_TO_REFUSE = [...ASKS, 'prepare', 'start'];
const NOBODY = 'http://127.0.0.1:9';

(hasCurl ? describe : describe.skip).each(SHELLS.map((shell) => [shell.join(' '), shell] as const))(
  'the hook in %s',
  (_name, shell) => {
    let kit: Kit;
    const made = (settings: Readonly<Record<string, string | number>>, token?: string): Kit => {
      kit = new Kit({ host: 'hv1', timeout: 5, report_timeout: 5, ...settings }, token);
      kit.shell = shell;
      return kit;
    };
    afterEach(() => kit.remove());

    /** A call, answered by something that says this. */
    const answeredWith = async (
      reply: Reply | null,
      argv = MIGRATE,
      settings: Readonly<Record<string, string | number>> = {},
    ): Promise<Outcome & { readonly log: string }> => {
      const fake = await Answering.start(() => reply);
      made({ server: fake.url, ...settings });
      try {
        const outcome = await kit.hook(argv, XML);
        return { ...outcome, log: kit.log() };
      } finally {
        await fake.close();
      }
    };

    describe('before a real server', () => {
      let server: RunningServer;
      beforeAll(async () => {
        server = await startServer();
        for (const { name, qemu, libvirt } of recording.hosts)
          await server.graphql(
            'mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }',
            { input: { idempotencyKey: name, host: name, builds: [qemu], libvirt: libvirt.version } },
          );
      });
      afterAll(() => server.stop());

      it('records a start and prints nothing; prints the XML to use for the hop that needs overrides', async () => {
        made({ server: server.url, host: 'hosta' });
        const started = await kit.hook(
          ['vm1', 'started', 'begin', '-'],
          recording.xml('003-hosta-vm1-started-begin.xml'),
        );
        expect(started).toEqual({ status: 0, out: '', err: '' });
        kit.configure({ server: server.url, host: 'hostb' });
        const { status, out } = await kit.hook(MIGRATE, XML);
        expect(status).toBe(0);
        expect(out).toContain("<qemu:device alias='net0'>");
        expect(out.endsWith('</domain>\n')).toBe(true);
        expect(kit.leftovers()).toEqual([]);
      });

      it('refuses a blocked hop with the reason on standard error', async () => {
        made({ server: server.url, host: 'hosta' });
        const { status, out, err } = await kit.hook(
          ['vm5', 'migrate', 'begin', '-'],
          recording.xml('121-hosta-vm5-migrate-begin.xml'),
        );
        expect({ status, out }).toEqual({ status: 1, out: '' });
        expect(err).toContain('no machine type pc-q35-10.0');
      });

      it('lets a hop that cannot be judged go on, and tells the system log', async () => {
        made({ server: server.url, host: 'stranger' });
        const { status, out, err } = await kit.hook(MIGRATE, XML);
        expect({ status, out }).toEqual({ status: 0, out: '' });
        for (const told of [err, kit.log()])
          expect(told).toContain('vm1 migrate: hopledger cannot judge this hop: the host has not reported');
      });
    });

    it('says who it is, when it was called and when it sent, and shows its token', async () => {
      const fake = await Answering.start(() => own('unchanged'));
      made({ server: `${fake.url}/`, host: 'hv1' }, 'hpl_s3cret');
      await kit.hook(['vm 1', 'migrate', 'begin', '-'], XML);
      await fake.close();
      const [call] = fake.asked;
      const { at, sentAt, ...said } = Object.fromEntries(call?.url.searchParams ?? []);
      expect(said).toEqual({ host: 'hv1', name: 'vm 1', operation: 'migrate', sub: 'begin', extra: '-' });
      expect(Date.parse(sentAt ?? '')).toBeGreaterThanOrEqual(Date.parse(at ?? ''));
      expect(call?.headers.authorization).toBe('Bearer hpl_s3cret');
      expect(call?.body.toString()).toBe(XML);
    });

    it('knows the headers in any spelling', async () => {
      const reply = { status: 200, headers: { 'Hopledger-Answer': 'rewritten' }, body: '<domain/>' };
      expect(await answeredWith(reply)).toMatchObject({ status: 0, out: '<domain/>' });
    });

    it.each<[string, Reply]>([
      ['a failure of the server', { status: 503, body: 'try later' }],
      ['a missing token', { status: 401, body: '{"error":{"code":"UNAUTHENTICATED"}}' }],
      ['the page of a proxy', { status: 200, body: '<html>log in</html>' }],
      ['an answer in a word that hopledger has not', own('perhaps', '<domain/>')],
      ['an XML that is none', own('rewritten', 'garbage')],
      ['an XML that broke off', { ...own('rewritten', '<domain>'), breakOff: true }],
    ])('goes on with the XML as it is after %s, keeps the report and logs it', async (_what, reply) => {
      const { status, out, log } = await answeredWith(reply);
      expect({ status, out }).toEqual({ status: 0, out: '' });
      expect(log).toContain('vm1 migrate: no answer');
      expect(log).not.toContain('<');
      expect(kit.spooled()).toHaveLength(1);
    });

    it('keeps no report that hopledger itself cannot use', async () => {
      const { status, log } = await answeredWith({
        status: 422,
        headers: { 'hopledger-request': 'r' },
        body: '{"error":{"code":"BAD_DOMAIN_XML"}}',
      });
      expect(status).toBe(0);
      expect(log).toContain('cannot use this report');
      expect(kit.spooled()).toEqual([]);
    });

    it('keeps a report that another one overtook, and none that conflicts for good', async () => {
      for (const [code, kept] of [
        ['WRONG_REVISION', 1],
        ['IDEMPOTENCY_CONFLICT', 0],
      ] as const) {
        const reply = {
          status: 409,
          headers: { 'hopledger-request': 'r' },
          body: JSON.stringify({ error: { code, message: 'as it is' } }),
        };
        expect(await answeredWith(reply, ['vm1', 'started', 'begin', '-'])).toMatchObject({ status: 0 });
        expect([code, kit.spooled().length]).toEqual([code, kept]);
        await kit.remove();
      }
    });

    it('refuses where hopledger says so and libvirt makes it safe, and nowhere else', async () => {
      for (const argv of OPERATIONS) {
        const { status, out, err } = await answeredWith(own('refused', 'because'), argv);
        const refuses = SAFE_TO_REFUSE.includes(argv[1] ?? '');
        expect({ argv, status, out }).toEqual({ argv, status: refuses ? 1 : 0, out: '' });
        if (refuses) expect(err).toContain('because');
        await kit.remove();
      }
    });

    it.each([
      ['clean', 'fail-open', 'fail-closed', 0],
      ['tainted', 'fail-open', 'fail-closed', 1],
      ['tainted', 'fail-open', 'fail-open', 0],
      ['tainted', 'fail-closed', 'fail-open', 0],
      ['clean', 'fail-closed', 'fail-closed', 1],
      ['unknown', 'fail-open', 'fail-closed', 0],
      ['', 'fail-open', 'fail-closed', 0],
      ['', 'fail-closed', 'fail-closed', 1],
    ])(
      'without an answer: a VM last known as "%s", %s for clean, %s for tainted ones, ends a hop with %i',
      async (known, unreachable_clean, unreachable_tainted, expected) => {
        made({ server: NOBODY, unreachable_clean, unreachable_tainted });
        mkdirSync(kit.path('var/lib/hopledger-host/advice/vm'), { recursive: true });
        if (known !== '') writeFileSync(kit.path(`var/lib/hopledger-host/advice/vm/${UUID}`), `${known}\n`);
        const { status, out, err } = await kit.hook(MIGRATE, XML);
        expect({ status, out }).toEqual({ status: expected, out: '' });
        if (expected === 1) expect(err).toContain('fail-closed');
        const [entry = ''] = kit.spooled();
        const kept = readFileSync(kit.path(`var/lib/hopledger-host/spool/${entry}`), 'utf8');
        expect(kept).toContain(`&late=${expected === 1 ? 'refused' : 'passed'}\n`);
        expect(kept.endsWith(XML)).toBe(true);
      },
    );

    it('goes by the list of tainted VMs, and by what an answer said after it', async () => {
      made({ server: NOBODY });
      mkdirSync(kit.path('var/lib/hopledger-host/advice/vm'), { recursive: true });
      writeFileSync(
        kit.path('var/lib/hopledger-host/advice/list'),
        `hopledger-advice 1 1\n${UUID} tainted\n`,
      );
      expect((await kit.hook(MIGRATE, XML)).status).toBe(1);
      const fake = await Answering.start(() =>
        own('unchanged', '', { 'hopledger-carries': `${UUID} clean` }),
      );
      kit.configure({ server: fake.url });
      expect((await kit.hook(MIGRATE, XML)).status).toBe(0);
      await fake.close();
      kit.configure({ server: NOBODY });
      expect((await kit.hook(MIGRATE, XML)).status).toBe(0);
    });

    it('writes nothing outside its cache whatever the server calls a VM', async () => {
      const { status } = await answeredWith(
        own('unchanged', '', { 'hopledger-carries': '../../../../tmp/x-../x tainted' }),
      );
      expect(status).toBe(0);
      expect(kit.log()).toBe('');
    });

    it('never calls libvirt', async () => {
      made({ server: NOBODY });
      kit.program('virsh', `touch "${kit.path('called')}"`);
      for (const argv of OPERATIONS) await kit.hook(argv, XML);
      expect(existsSync(kit.path('called'))).toBe(false);
    });

    it('waits for an answer as long as it is told, and no longer', async () => {
      const { status, log } = await answeredWith(null, MIGRATE, { timeout: 1 });
      expect(status).toBe(0);
      expect(log).toContain('HTTP status 000');
    });

    it('does not overtake what waits', async () => {
      const fake = await Answering.start(() => own('recorded'));
      made({ server: NOBODY, report_timeout: 1 });
      await kit.hook(['vm1', 'started', 'begin', '-'], XML);
      kit.configure({ server: fake.url });
      await kit.hook(['vm1', 'stopped', 'end', '-'], XML);
      expect(fake.asked).toEqual([]);
      expect(kit.spooled().map((name) => name.split('.').at(-1))).toEqual(['started', 'stopped']);
      // A question cannot wait.
      await kit.hook(MIGRATE, XML);
      expect(fake.asked).toHaveLength(1);
      await fake.close();
    });

    it('keeps no password of a console in the spool, and asks again with the same call as before', async () => {
      made({ server: NOBODY });
      const secret = XML.replace(
        '</devices>',
        "<graphics type='vnc' passwd='hunter2'/><graphics type='spice' passwd=\"let me in\"/></devices>",
      );
      expect(secret).toContain('hunter2');
      expect((await kit.hook(MIGRATE, secret)).status).toBe(0);
      const entry = readFileSync(kit.path(`var/lib/hopledger-host/spool/${kit.spooled()[0] ?? ''}`), 'utf8');
      expect(entry).not.toMatch(/hunter2|let me in/);
      expect(entry.slice(entry.indexOf('<domain'))).toBe(
        secret
          .replace('hunter2', '[redacted]')
          .replace('let me in', '[redacted]')
          .slice(secret.indexOf('<domain')),
      );
    });

    /** Names of reports that are counted as lost. */
    const lost = (): readonly string[] => {
      const file = kit.path('var/lib/hopledger-host/lost');
      return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
    };

    describe('whatever breaks, exits with 0 where a refusal would harm', () => {
      const harmful = OPERATIONS.filter(([, operation = '']) => !SAFE_TO_REFUSE.includes(operation));
      const expectHarmless = async (): Promise<void> => {
        for (const argv of harmful) {
          const { status, out } = await kit.hook(argv, XML);
          expect({ argv, status, out }).toEqual({ argv, status: 0, out: '' });
        }
      };

      it('no server, and fail-closed for all', async () => {
        made({ server: NOBODY, unreachable_clean: 'fail-closed' });
        await expectHarmless();
      });
      it('no settings', async () => {
        made({});
        rmSync(kit.path('etc/hopledger/host.conf'));
        await expectHarmless();
        expect((await kit.hook(MIGRATE, XML)).status).toBe(0);
      });
      it('settings of nonsense', async () => {
        made({ server: '$(reboot)', 'x y': '`reboot`', timeout: 'soon', host: '-o /etc/passwd' });
        await expectHarmless();
      });
      it('a spool that cannot be written: the full disk', async () => {
        made({ server: NOBODY });
        mkdirSync(kit.path('var/lib'), { recursive: true });
        writeFileSync(kit.path('var/lib/hopledger-host'), 'a file where a directory should be');
        await expectHarmless();
        expect(kit.log()).toContain('not delivered and not kept');
      });
      it('no place for temporary files', async () => {
        made({ server: NOBODY });
        kit.program('mktemp', 'exit 1');
        await expectHarmless();
        // Any VM may be a tainted one.
        expect(await kit.hook(MIGRATE, XML)).toMatchObject({
          status: 1,
          err: expect.stringContaining('its XML could not be read'),
        });
        expect(lost()).toHaveLength(harmful.length + 1);
        expect(lost().at(-1)).toMatch(/^\d{8}T\d{9}-\d+\.migrate$/);
        kit.configure({ server: NOBODY, host: 'hv1', unreachable_tainted: 'fail-open' });
        expect((await kit.hook(MIGRATE, XML)).status).toBe(0);
      });
      it('a memory file system that is full: the disk serves, and nothing is lost', async () => {
        made({ server: NOBODY });
        for (const name of ['head', 'cat'])
          kit.program(
            name,
            `case "$(readlink /proc/$$/fd/1)" in "${kit.root}"/run/*) exit 1 ;; esac
             PATH=/usr/bin:/bin; exec ${name} "$@"`,
          );
        await expectHarmless();
        expect((await kit.hook(MIGRATE, XML)).status).toBe(0);
        expect(kit.spooled()).toHaveLength(harmful.length + 1);
        for (const entry of kit.spooled())
          expect(readFileSync(kit.path(`var/lib/hopledger-host/spool/${entry}`), 'utf8').endsWith(XML)).toBe(
            true,
          );
        expect({ lost: lost(), leftovers: kit.leftovers() }).toEqual({ lost: [], leftovers: [] });
      });
      it('no curl', async () => {
        made({ server: 'http://127.0.0.1:1' });
        kit.program('curl', 'exit 127');
        await expectHarmless();
        expect(kit.spooled()).toHaveLength(harmful.length);
      });
      it('programs that die', async () => {
        made({ server: NOBODY });
        for (const name of ['awk', 'sed', 'od', 'tr', 'date', 'cat', 'sync', 'mv'])
          kit.program(name, 'kill -9 $$');
        await expectHarmless();
      });
      it.each(['curl', 'cat', 'tr', 'mv'])(
        "libvirtd's end, the whole group being told while %s runs, and keeps the report",
        async (program) => {
          made({ server: NOBODY });
          kit.program(program, `kill -TERM 0; PATH=/usr/bin:/bin; exec ${program} "$@"`);
          await expectHarmless();
          expect(kit.spooled()).toHaveLength(harmful.length);
        },
      );
      it('a system log that takes nothing', async () => {
        made({ server: NOBODY });
        kit.program('logger', "trap '' TERM; while :; do sleep 0.1; done");
        expect((await kit.hook(['web', 'reconnect', 'begin', '-'], XML)).status).toBe(0);
        expect(kit.spooled()).toHaveLength(1);
      }, 300_000);
      it('a part of the kit that is gone', async () => {
        made({ server: NOBODY });
        mkdirSync(kit.path('lib'));
        for (const part of ['common.sh', 'spool.sh'])
          symlinkSync(
            new URL(`../../deploy/libvirt-host/lib/${part}`, import.meta.url),
            kit.path(`lib/${part}`),
          );
        writeFileSync(kit.path('lib/hook.sh'), 'this is ( no shell\n');
        kit.library = kit.path('lib');
        await expectHarmless();
        rmSync(kit.path('lib/hook.sh'));
        await expectHarmless();
        expect((await kit.hook(MIGRATE, XML)).status).toBe(0);
      });
    });
  },
);
