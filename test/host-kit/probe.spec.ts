import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadRecording } from '../../src/demo/recording.js';
import { askEverything } from '../../src/intake/qmp/ask.js';
import { startBinary } from '../../src/intake/qmp/channels.js';
import { readBuildFacts } from '../../src/intake/qmp/read-build-facts.js';
import { startServer, type RunningServer } from '../e2e/running-server.js';
import { Answering } from './answering.js';
import { hasCurl, Kit, SHELLS } from './kit.js';

const QEMU = '/usr/bin/qemu-system-x86_64';
/** The probe of a real binary; a machine without one skips it, and says so. */
const hasQemu = spawnSync(QEMU, ['--version']).status === 0;
const recording = loadRecording();
const STARTED = recording.xml('003-hosta-vm1-started-begin.xml');
const UUID = /<uuid>(.*)<\/uuid>/.exec(STARTED)?.[1] ?? '';

(hasCurl ? describe : describe.skip)('the probe of the kit', () => {
  let server: RunningServer;
  let kit: Kit;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    kit = new Kit({ server: server.url, host: 'hosta', emulators: QEMU });
    kit.program('virsh', '[ "$1" = --version ] && echo 9.0.0');
  });
  afterEach(() => kit.remove());

  interface Reported {
    readonly host: {
      readonly libvirt: string | null;
      readonly builds: readonly {
        readonly version: string;
        readonly package: string | null;
        readonly probe: { readonly fingerprint: string } | null;
      }[];
    } | null;
  }
  const reported = (): Promise<Reported> =>
    server.graphql('{ host(name: "hosta") { libvirt builds { version package probe { fingerprint } } } }');

  (hasQemu ? it : it.skip)(
    'tells of a real QEMU what `hopledger probe` tells, to the last property',
    async () => {
      const { status, out } = await kit.host('probe');
      expect({ status, news: out.includes('"news":true') }).toEqual({ status: 0, news: true });
      const { facts } = readBuildFacts(await askEverything(() => startBinary(QEMU), true));
      const { host } = await reported();
      expect(host?.libvirt).toBe('9.0.0');
      expect(host?.builds).toEqual([{ ...facts.build, probe: { fingerprint: facts.fingerprint } }]);
      // Again it is no news, and unchanged it is not even asked for.
      expect((await kit.host('probe')).out).toContain('"news":false');
      writeFileSync(kit.path('etc/hopledger/token'), '');
      kit.program('curl', 'echo asked >&2; exit 7');
      expect(await kit.host('probe', '--if-changed')).toEqual({ status: 0, out: '', err: '' });
    },
    120_000,
  );

  it('says what is wrong when what it asks is no QEMU', async () => {
    kit.program('no-qemu', 'echo "no such machine" >&2; exit 1');
    kit.configure({ server: server.url, host: 'hosta', emulators: kit.path('bin/no-qemu') });
    const { status, err } = await kit.host('probe');
    expect(status).toBe(1);
    expect(err).toContain('no such machine');
  });

  describe('of several binaries', () => {
    /** As much as one that answers has to say; `$asked` counts how often it ran. */
    const answersAs = (version: string): string => `
echo ran >>"${kit.path('ran')}"
cat >/dev/null
echo '{"return":{"qemu":{"major":${version.replaceAll('.', ',')},"package":""},"id":"query-version"}'
echo '{"return":[],"id":"qom-list-types"}'`;
    const reports = (): Promise<Answering> =>
      Answering.start(() => ({ status: 200, headers: { 'hopledger-request': 'r' }, body: '{}' }));
    /** What the last report says of each binary. */
    const told = (fake: Answering): readonly string[] =>
      [...(fake.asked.at(-1)?.body.toString() ?? '').matchAll(/^(emulator|silent) .*[/](.*)$/gm)].map(
        ([, word = '', name = '']) => `${word} ${name}`,
      );
    const ran = (): number => readFileSync(kit.path('ran'), 'utf8').split('\n').length - 1;

    it('tells of those that answer, and tries again soon where one does not', async () => {
      kit.program('qemu-a', answersAs('8'));
      kit.program('qemu-b', 'exit 1');
      const fake = await reports();
      const emulators = ['qemu-a', 'qemu-b', 'qemu-gone'].map((name) => kit.path(`bin/${name}`)).join(' ');
      kit.configure({ server: fake.url, host: 'hosta', emulators });
      expect((await kit.host('probe')).status).toBe(1);
      expect(kit.log()).toContain('qemu-b does not answer');
      expect(told(fake)).toEqual(['emulator qemu-a', 'silent qemu-b', 'silent qemu-gone']);
      kit.program('qemu-b', answersAs('9'));
      kit.configure({ server: fake.url, host: 'hosta', emulators: emulators.replace(/ [^ ]*gone/, '') });
      expect((await kit.host('probe', '--if-changed')).status).toBe(0);
      expect(told(fake)).toEqual(['emulator qemu-a', 'emulator qemu-b']);
      await fake.close();
    });

    it.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))(
      'leaves out one that is missing at two runs, and not one that a package manager puts back between them (%s)',
      async (_name, shell) => {
        kit.shell = shell;
        for (const name of ['qemu-a', 'qemu-b']) kit.program(name, answersAs('8'));
        const fake = await reports();
        const [a, b] = [kit.path('bin/qemu-a'), kit.path('bin/qemu-b')];
        kit.configure({ server: fake.url, host: 'hosta', emulators: `${a} ${b}` });
        const timer = async (): Promise<number | null> => (await kit.host('probe', '--if-changed')).status;
        expect(await timer()).toBe(0);
        renameSync(a, kit.path('away'));
        expect([await timer(), await timer()]).toEqual([1, 1]);
        expect(told(fake)).toEqual(['silent qemu-a', 'emulator qemu-b']);
        renameSync(kit.path('away'), a);
        expect(await timer()).toBe(0);
        expect(told(fake)).toEqual(['emulator qemu-a', 'emulator qemu-b']);
        renameSync(a, kit.path('away'));
        expect(await timer()).toBe(1);
        expect(told(fake)).toEqual(['silent qemu-a', 'emulator qemu-b']);
        const missing = kit.path('var/lib/hopledger-host/missing');
        for (const name of readdirSync(missing))
          utimesSync(join(missing, name), new Date(), new Date(Date.now() - 900_000));
        expect(await timer()).toBe(0);
        expect(told(fake)).toEqual(['emulator qemu-b']);
        expect(kit.log()).toContain('qemu-a is not there any more');
        await fake.close();
      },
      30_000,
    );

    it('asks again when the last probe was not delivered, and when it is a day old', async () => {
      kit.program('qemu-a', answersAs('8'));
      const emulators = kit.path('bin/qemu-a');
      kit.configure({ server: 'http://127.0.0.1:9', host: 'hosta', emulators });
      expect((await kit.host('probe')).status).toBe(1);
      expect((await kit.host('probe', '--if-changed')).status).toBe(1);
      expect(ran()).toBe(2);
      const fake = await reports();
      kit.configure({ server: fake.url, host: 'hosta', emulators });
      expect((await kit.host('probe')).status).toBe(0);
      expect((await kit.host('probe', '--if-changed')).status).toBe(0);
      expect(ran()).toBe(3);
      utimesSync(kit.path('var/lib/hopledger-host/probed'), new Date(), new Date(Date.now() - 86_500_000));
      expect((await kit.host('probe', '--if-changed')).status).toBe(0);
      expect(ran()).toBe(4);
      await fake.close();
    });
  });

  it('is refused when the answers are not those of a QEMU', async () => {
    const at = '2026-11-21T03:10:21.276Z';
    const post = (text: string): Promise<{ status: number; text: string }> =>
      server.post(`/v1/libvirt/probe?host=hosta&at=${at}`, text);
    expect((await post('emulator /x\n{"id":"query-version","return":{}}\n')).status).toBe(422);
    expect((await post('emulator /x\n{not json\n')).status).toBe(422);
    expect((await post('silent /x\n{"id":"query-version"}\n')).text).toContain('line 2: an answer before');
    expect((await post('silent x\n')).text).toContain('line 1: no absolute path');
    expect((await post('silent /x\n'.repeat(21))).text).toContain('line 21: over 20 emulators');
    expect((await post('{"id":"query-version"}\n')).text).toContain('line 1: an answer before any emulator');
    expect((await post('kernel 6.1\n')).text).toContain('no emulator');
  });

  describe('of a running guest', () => {
    /** Answers as QEMU does; a property of net0, and the register of pci.1 where SeaBIOS maps configuration space. */
    const VIRSH = `
case "$*" in
  --version) echo 9.0.0 ;;
  *dumpxml*) cat "$HOPLEDGER_HOST_ROOT/xml" ;;
  *'info mtree'*) printf '  0000000000000000-ffffffffffffffff (prio 0, i/o): system\\n    00000000b0000000-00000000bfffffff (prio 0, i/o): pcie-mmcfg-mmio\\r\\n' ;;
  *'xp /1wx 0xb0008108'*) printf '00000000b0008108: 0x00000000\\r\\n' ;;
  *'xp '*) printf '0000000000000000: 0x02400000\\r\\n' ;;
  *qom-get*) echo "$*" >>"$HOPLEDGER_HOST_ROOT/asked"; echo '{"return":true,"id":"libvirt-1"}' ;;
esac`;

    it('reads what the server asks for, and a register that is not as derived shows as drift', async () => {
      await server.graphql(
        'mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }',
        {
          input: { idempotencyKey: 'guest', host: 'hosta', builds: [{ version: '8.0.0' }], libvirt: '9.0.0' },
        },
      );
      kit.program('virsh', VIRSH);
      writeFileSync(kit.path('xml'), STARTED);
      for (const operation of ['prepare', 'start', 'started'])
        await kit.hook(['vm1', operation, 'begin', '-'], STARTED);
      const { status, out } = await kit.host('probe', '--guest', 'vm1');
      expect({ status, log: kit.log() }).toEqual({ status: 0, log: '' });
      expect(out).toContain('register pci.1 PCI_ERR_UNCOR_MASK 0x00000000\n');
      expect(out).toContain('register pci.2 PCI_ERR_UNCOR_MASK 0x02400000\n');
      // net0 is behind a port, where its bus number is the firmware's choice.
      expect(out).not.toContain('register net0');
      const { vm } = await server.graphql<{
        vm: {
          carried: { edges: readonly { node: { alias: string; value: string | null; drift: unknown } }[] };
        };
      }>(
        `query ($uuid: UUID!) { vm(uuid: $uuid) { carried(filter: { behaviour: "pcie-err-unc-mask" }, first: 50) {
           edges { node { alias value drift { observed } } } } } }`,
        { uuid: UUID },
      );
      const byAlias = new Map(vm.carried.edges.map(({ node }) => [node.alias, node]));
      expect(byAlias.get('pci.1')).toMatchObject({ value: 'off', drift: { observed: 'off' } });
      expect(byAlias.get('pci.2')).toMatchObject({ value: 'on', drift: null });
    });

    it('measures the clock of the time of the reading, whatever it is set to before the report is sent', async () => {
      const fake = await Answering.start(({ method }) => ({
        status: 200,
        headers: { 'hopledger-request': 'r' },
        body: method === 'GET' ? 'property net0 x\n' : '{}',
      }));
      kit.configure({ server: fake.url, host: 'hosta' });
      kit.program('virsh', VIRSH);
      writeFileSync(kit.path('xml'), STARTED);
      kit.program(
        'date',
        `[ -e "${kit.path('set')}" ] || { : >"${kit.path('set')}"; echo 1970-01-01T00:05:00.000; exit; }
         PATH=/usr/bin:/bin; exec date "$@"`,
      );
      expect((await kit.host('probe', '--guest', 'vm1')).status).toBe(0);
      const { at, sentAt } = Object.fromEntries(fake.asked.at(-1)?.url.searchParams ?? []);
      expect([at, sentAt]).toEqual([expect.stringMatching(/^1970/), expect.stringMatching(/^1970/)]);
      await fake.close();
    });

    it('asks QEMU for nothing but values, whatever the server says', async () => {
      const questions = [
        'property net0","x":"y x',
        'property net0 $(reboot)',
        'property ../../machine x',
        'register pci.1 X 99 0 264',
        'register pci.1 X 1 0 99999999',
        'register pci.1 X 1;reboot 0 264',
        'execute system_reset',
      ];
      const fake = await Answering.start(() => ({
        status: 200,
        headers: { 'hopledger-request': 'r' },
        body: `${questions.join('\n')}\n`,
      }));
      kit.configure({ server: fake.url, host: 'hosta' });
      kit.program('virsh', `echo "$*" >>"$HOPLEDGER_HOST_ROOT/all"\n${VIRSH}`);
      writeFileSync(kit.path('xml'), STARTED);
      try {
        expect((await kit.host('probe', '--guest', 'vm1')).status).toBe(1);
        expect(readFileSync(kit.path('all'), 'utf8')).not.toContain('qemu-monitor-command');
      } finally {
        await fake.close();
      }
    });

    it('is not recorded for a VM that is not known to run there', async () => {
      const at = '2026-11-21T03:10:21.276Z';
      const uuid = '99999999-2222-4333-8444-000000000001';
      const { status } = await server.post(
        `/v1/libvirt/observed?host=hosta&uuid=${uuid}&name=vm9&at=${at}`,
        'property net0 x on',
      );
      expect(status).toBe(404);
    });
  });
});
