import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { itOnSqlite } from './ledger-under-test.js';
import { CliUnderTest, type Finished } from './cli-process.js';

const recording = resolve(import.meta.dirname, '../../src/demo/recording');
const VM1 = '11111111-2222-4333-8444-000000000001';
const BORN_XML = join(recording, 'xml/003-hosta-vm1-started-begin.xml');

const folder = mkdtempSync(join(tmpdir(), 'hopledger-cli-'));
const cli = new CliUnderTest();
let url = '';
const hop = (args: readonly string[], stdin = ''): Promise<Finished> =>
  cli.run(args, { HOPLEDGER_URL: url }, stdin);
const json = async <T>(args: readonly string[]): Promise<T> =>
  JSON.parse((await hop([...args, '--json'])).out) as T;

beforeAll(async () => {
  ({ url } = await cli.serve({ HOPLEDGER_DATA_DIRECTORY: join(folder, 'data') }));
}, 300_000);
afterAll(async () => {
  await cli.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

describe('the history of a lab of three hosts', () => {
  const logs = (host: string): string[] =>
    readdirSync(join(recording, 'logs'))
      .filter((name) => name.startsWith(host))
      .map((name) => join(recording, 'logs', name));

  test('is imported from the logs, and known again the second time', async () => {
    let recorded = 0;
    for (const host of ['hosta', 'hostb', 'hostc']) {
      const { code, out, err } = await hop([
        'import',
        'libvirt-logs',
        ...logs(host),
        '--host',
        host,
        '--strict',
      ]);
      expect(code).toBe(0);
      expect(err).toContain(`${logs(host).length}/${logs(host).length} files`);
      recorded += Number(/^(\d+) events? recorded/.exec(out)?.[1]);
    }
    expect(recorded).toBeGreaterThan(50);
    const again = await json<{ recorded: number; repeated: number }>([
      'import',
      'libvirt-logs',
      ...logs('hostb'),
      '--host',
      'hostb',
    ]);
    expect(again.recorded).toBe(0);
    expect(again.repeated).toBeGreaterThan(20);
  });

  test('says where a guest was born, what it carried and what clears it', async () => {
    const { code, out } = await hop(['vm', 'vm1', '--as-of', '2026-11-21T03:10:26Z']);
    expect(code).toBe(0);
    expect(out).toMatch(/power cycle +born 2026-11-21 03:10:21Z on hosta, on 8\.0\.0/);
    expect(out).toMatch(/carries +on; a correct build gives off/);
    expect(out).toMatch(/cleared by +a power-off and a cold boot/);
    expect(out).not.toContain('\u001b');
  });

  test('has the hops, the failed ones with what the destination’s words say', async () => {
    const { out } = await hop(['vm', VM1.toUpperCase(), '--events']);
    expect(out).toMatch(
      /hosta 8\.0\.0 +hostb 10\.0\.13 +migration +failed +pci\.1 \(0000:00:01\.0\/pcie-root-port\): PCI_ERR_UNCOR_MASK/,
    );
    expect(out).toMatch(/^Events$/m);
    const vm = await json<{ hops: unknown[]; carried: unknown[]; savedStates: unknown[] }>(['vm', 'vm1']);
    expect(vm.hops.length).toBeGreaterThan(5);
    expect(vm.savedStates.length).toBeGreaterThan(0);
  });

  test('is listed, filtered and counted', async () => {
    const all = await json<{ uuid: string }[]>(['vms', '--all']);
    expect(all).toHaveLength(6);
    const first = await hop(['vms', '--first', '2']);
    expect(first.out.trim().split('\n')).toHaveLength(3);
    expect(first.err).toContain('there are more');
    expect(await json<unknown[]>(['vms', '--name', 'VM3'])).toMatchObject([{ name: 'vm3' }]);
    expect((await json<{ vms: number }>(['fleet'])).vms).toBe(6);
    expect((await hop(['fleet'])).out).toMatch(/^6 VMs/);
  });

  test('is told event by event', async () => {
    const { out } = await hop(['events', '--type', 'HopFailed', '--all', '--json']);
    const failed = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(failed.length).toBeGreaterThan(1);
    expect(new Set(failed.map(({ type }) => type))).toEqual(new Set(['HopFailed']));
  });
});

describe('a VM that is recorded by hand', () => {
  const at = '2026-11-21T05:00:00Z';

  test('is launched from its XML, once, however often it is said', async () => {
    await hop(['record', 'report-host', '--host', 'hosta', '--qemu', '8.0.0']);
    await hop([
      'record',
      'report-host',
      '--host',
      'hostb',
      '--qemu',
      '10.0.13',
      '--package',
      'Debian 1:10.0.13+ds-0+deb13u1',
    ]);
    await hop(['record', 'report-host', '--host', 'hostd', '--qemu', '7.2.22']);
    const launch = ['record', 'launch', '--host', 'hosta', '--qemu', '8.0.0', '--xml', BORN_XML, '--at', at];
    const once = await hop(launch);
    expect(once).toMatchObject({ code: 0, err: '' });
    expect(once.out).toMatch(/launch: recorded\n +vm +vm1 +11111111-.* running, tainted/);
    expect((await hop(launch)).out).toMatch(/recorded before, nothing changed/);
    const key = /key +(\S+)/.exec(once.out)?.[1] ?? '';
    expect(await hop(['record', 'reset', VM1, '--host', 'hosta', '--key', key])).toMatchObject({
      code: 1,
      err: expect.stringContaining('IDEMPOTENCY_CONFLICT'),
    });
  });

  test.each([
    [['--to', 'hostb'], 0, 'NEEDS_OVERRIDES'],
    [['--to', 'hosta'], 0, 'SAFE'],
    [['--to', 'hostd'], 3, 'BLOCKED'],
    [['--build', '8.0.1'], 0, 'NEEDS_OVERRIDES'],
  ])('assess %j ends with %d: %s', async (where, status, verdict) => {
    const { code, out } = await hop(['assess', 'vm1', ...where]);
    expect([code, out.split(' ')[0]?.trim()]).toEqual([status, verdict]);
    expect(await json<object>(['assess', 'vm1', ...where])).toMatchObject({ verdict });
  });

  test('has its overrides in the form that a tool takes, alone on standard output', async () => {
    const render = async (tool: string) => hop(['assess', 'vm1', '--to', 'hostb', '--render', tool]);
    expect(await render('global')).toMatchObject({
      out: '-global pci-device.x-pcie-err-unc-mask=on\n',
      err: expect.stringContaining('NEEDS_OVERRIDES'),
    });
    expect((await render('device')).out.split('\n')).toContain('pci.1: ,x-pcie-err-unc-mask=on');
    expect((await render('libvirt')).out).toMatch(
      /^<qemu:override>[\s\S]*<qemu:device alias='pci\.1'>[\s\S]*<\/qemu:override>\n$/,
    );
    expect((await render('proxmox')).out).toBe('-global pci-device.x-pcie-err-unc-mask=on\n');
  });

  test('goes on its way: every kind of event can be said', async () => {
    const said = async (...words: string[]): Promise<void> => {
      const { code, err } = await hop(['record', ...words]);
      expect([words[0], code, err]).toEqual([words[0], 0, '']);
    };
    const on = (host: string, minute: number): string[] => [
      '--host',
      host,
      '--at',
      `2026-11-21T05:${minute}:00Z`,
    ];
    await said('reset', 'vm1', ...on('hosta', 10));
    await said('plug', 'vm1', ...on('hosta', 11), '--device', 'alias=net9,type=e1000e,address=0000:09:00.0');
    await said(
      'observe',
      'vm1',
      ...on('hosta', 12),
      '--alias',
      'pci.1',
      '--register',
      'PCI_ERR_UNCOR_MASK',
      '--value',
      '0x02400000',
    );
    await said('unplug', 'vm1', ...on('hosta', 13), '--alias', 'net9');
    await said('hop-prepared', 'vm1', ...on('hostb', 20));
    await said('hop-started', 'vm1', ...on('hostb', 21), '--qemu', '10.0.13');
    await said('hop-failed', 'vm1', ...on('hostb', 22), '--error', 'load of migration failed');
    await said('hop-prepared', 'vm1', ...on('hostb', 30));
    await said('hop-started', 'vm1', ...on('hostb', 31), '--qemu', '10.0.13');
    await said(
      'hop-completed',
      'vm1',
      ...on('hostb', 32),
      '--attested-by',
      'destination',
      '--downtime-ms',
      '40',
    );
    await said('save', 'vm1', ...on('hostb', 40), '--saved-state', 'before-upgrade');
    await said('restore', 'vm1', ...on('hostb', 41), '--saved-state', 'before-upgrade', '--qemu', '10.0.13');
    await said('stop', 'vm1', ...on('hostb', 50), '--reason', 'from-snapshot');
    const vm = await json<{ state: string; hops: { outcome: string }[]; savedStates: { id: string }[] }>([
      'vm',
      'vm1',
    ]);
    expect(vm.state).toBe('STOPPED');
    expect(vm.hops.slice(-3).map(({ outcome }) => outcome)).toEqual(['FAILED', 'COMPLETED', 'COMPLETED']);
    expect(vm.savedStates.at(-1)?.id).toBe('before-upgrade');
    expect((await hop(['assess', 'vm1', '--to', 'hostd', '--saved-state', 'before-upgrade'])).code).toBe(3);
  });

  test('is put right when what was said was wrong', async () => {
    const { events } = JSON.parse((await hop(['vm', 'vm1', '--events', '--json'])).out) as {
      events: { id: string; type: string }[];
    };
    const [stop, launch] = [
      events.findLast(({ type }) => type === 'VmStopped'),
      events.findLast(({ type }) => type === 'VmLaunched'),
    ];
    expect(await hop(['record', 'retract', 'vm1', stop?.id ?? '', '--reason', 'it runs'])).toMatchObject({
      code: 0,
    });
    expect((await json<{ state: string }>(['vm', 'vm1'])).state).not.toBe('STOPPED');
    const corrected = await hop([
      'record',
      'correct',
      'vm1',
      launch?.id ?? '',
      '--set',
      'build={"version":"8.0.1","package":null}',
      '--reason',
      'the host was updated',
    ]);
    expect(corrected).toMatchObject({ code: 0, err: '' });
    const { powerCycles } = await json<{ powerCycles: { bornOn: { label: string } }[] }>(['vm', 'vm1']);
    expect(powerCycles.at(-1)?.bornOn.label).toBe('8.0.1');
    expect(await hop(['record', 'retract', 'vm1', VM1, '--reason', 'none'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('UNKNOWN_EVENT'),
    });
  });

  test('that was first seen while it ran is not known, until its origin is asserted', async () => {
    const uuid = '99999999-2222-4333-8444-000000000009';
    const launch = ['--machine-type', 'pc-q35-7.2', '--device', 'alias=pci.1,type=pcie-root-port'];
    await hop([
      'record',
      'adopt',
      uuid,
      '--name',
      'found',
      '--host',
      'hosta',
      '--qemu',
      '8.0.0',
      '--at',
      at,
      ...launch,
    ]);
    expect(await hop(['assess', 'found', '--to', 'hostb'])).toMatchObject({
      code: 4,
      out: expect.stringMatching(/^UNKNOWN/),
    });
    expect((await hop(['vm', 'found'])).out).toMatch(/to know +import the hosts' logs/);
    await hop([
      'record',
      'assert-origin',
      'found',
      '--host',
      'hosta',
      '--qemu',
      '8.0.0',
      '--reason',
      'in the log book',
      '--at',
      at,
    ]);
    expect(await hop(['assess', 'found', '--to', 'hostb'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^NEEDS_OVERRIDES/),
    });
  });

  test('is warned of before it is born', async () => {
    const launch = [
      'assess-launch',
      '--host',
      'hosta',
      '--machine-type',
      'pc-q35-7.2',
      '--device',
      'alias=pci.1,type=pcie-root-port',
    ];
    expect(await hop(launch)).toMatchObject({
      code: 0,
      out: expect.stringContaining('pci.1 will carry pcie-err-unc-mask on'),
    });
  });
});

describe('what the command line says of the rest', () => {
  test('hosts, one host, behaviours, one behaviour', async () => {
    expect((await hop(['hosts'])).out).toMatch(/^hostb +10\.0\.13 \(Debian/m);
    expect((await hop(['host', 'hosta'])).out).toMatch(/qemu +8\.0\.0/);
    expect((await hop(['behaviours'])).out).toMatch(/^pcie-err-unc-mask +load fails/m);
    expect((await hop(['catalogue', 'show', 'pcie-err-unc-mask'])).out).toMatch(
      /set with +x-pcie-err-unc-mask of pcie-root-port/,
    );
    await hop(['record', 'retire-host', '--host', 'hostd', '--reason', 'old']);
    expect((await hop(['hosts'])).out).toContain('hostd (retired)');
  });

  test.each([
    [['vm', 'nobody'], 'UNKNOWN_VM'],
    [['vm', '00000000-0000-4000-8000-000000000000'], 'UNKNOWN_VM'],
    [['host', 'nowhere'], 'UNKNOWN_HOST'],
    [['assess', 'vm1', '--to', 'nowhere'], 'UNKNOWN_HOST'],
    [['catalogue', 'affected', 'none'], 'UNKNOWN_BEHAVIOUR'],
    [['record', 'launch', VM1, '--host', 'hosta', '--xml', '/dev/null'], 'BAD_DOMAIN_XML'],
  ])('%j ends with 1 and %s', async (args, code) => {
    const { err, ...finished } = await hop(args);
    expect(finished).toMatchObject({ code: 1, out: '' });
    expect(err).toContain(`[${code}]`);
    expect(err).not.toContain('    at ');
  });

  test('names like the one that was given, when no VM has it', async () => {
    expect((await hop(['vm', 'vm'])).err).toMatch(/names like it:\n +11111111-/);
  });

  itOnSqlite(
    'the ledger: how far it is, whether its file is sound, and a backup while the server runs',
    async () => {
      const [file, backup] = [join(folder, 'data/ledger.db'), join(folder, 'backup.db')];
      expect((await hop(['ledger'])).out).toMatch(/^position +\S+\nviews +\S+, /);
      expect(await cli.run(['ledger', 'backup', file, backup])).toMatchObject({
        code: 0,
        out: expect.stringContaining('checked'),
      });
      expect(await cli.run(['ledger', 'verify', backup])).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^sound: /),
      });
      expect(await cli.run(['ledger', 'backup', file, backup])).toMatchObject({
        code: 1,
        err: expect.stringContaining('overwrites nothing'),
      });
      expect(await cli.run(['ledger', 'verify', BORN_XML])).toMatchObject({
        code: 1,
        err: expect.stringContaining('CANNOT_OPEN_LEDGER'),
      });
    },
  );

  test('the catalogue, from its files', async () => {
    expect(await cli.run(['catalogue', 'check'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^sound: revision/),
    });
    const own = join(folder, 'catalogue/behaviours');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'ours.yaml'), 'id: other\n');
    expect(await cli.run(['catalogue', 'check', join(folder, 'catalogue')])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/ours\.yaml:1: /),
    });
    expect((await cli.run(['catalogue', 'show', 'pcie-err-unc-mask'])).out).toContain('introduced by');
  });

  test('the settings, and where each comes from', async () => {
    const settings = join(folder, 'hopledger.json');
    writeFileSync(settings, JSON.stringify({ hook: { blocked: 'warn' } }));
    const { out } = await cli.run(['config', 'show'], {
      HOPLEDGER_CONFIG: settings,
      HOPLEDGER_LISTEN_PORT: '8080',
    });
    expect(out).toMatch(/^listen\.port +8080 +HOPLEDGER_LISTEN_PORT$/m);
    expect(out).toMatch(/^hook\.blocked +warn +\S+hopledger\.json$/m);
    expect(out).toMatch(/^hook\.unknown +pass +default$/m);
    expect(await cli.run(['config', 'show'], { HOPLEDGER_LISTEN_PROT: '1' })).toMatchObject({
      code: 78,
      err: expect.stringContaining('HOPLEDGER_LISTEN_PROT'),
    });
  });

  test('a reader that has enough is no error', async () => {
    const { child, finished } = cli.start(['events', '--all'], { HOPLEDGER_URL: url });
    child.stdout.destroy();
    expect(await finished).toMatchObject({ code: 0, err: '' });
  });
});

test('following the ledger tells what comes', async () => {
  const follower = cli.start(['events', '--follow', '--json', '--type', 'GuestReset'], {
    HOPLEDGER_URL: url,
  });
  // Nothing says when it listens; from a position on, nothing is missed however late it is.
  for (let tries = 0; tries < 50 && follower.written.out === ''; tries += 1) {
    await hop(['record', 'reset', 'vm2', '--host', 'hosta']);
  }
  await follower.until('"GuestReset"');
  follower.child.kill('SIGTERM');
  await follower.finished;
});
