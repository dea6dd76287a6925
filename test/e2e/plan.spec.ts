import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CliUnderTest, type Finished } from './cli-process.js';

const recording = resolve(import.meta.dirname, '../../src/demo/recording');
const BORN_XML = join(recording, 'xml/003-hosta-vm1-started-begin.xml');
const VMS = [1, 2, 3].map((n) => `11111111-2222-4333-8444-00000000000${n}`);
const [TAINTED = '', CLEAN = '', SAVED = ''] = VMS;

const folder = mkdtempSync(join(tmpdir(), 'hopledger-plan-'));
const cli = new CliUnderTest();
let url = '';
const hop = (args: readonly string[]): Promise<Finished> => cli.run(args, { HOPLEDGER_URL: url });
const json = async <T>(args: readonly string[]): Promise<T> =>
  JSON.parse((await hop([...args, '--json'])).out) as T;

const host = (name: string, qemu: string) =>
  hop(['record', 'report-host', '--host', name, '--qemu', qemu, '--at', '2026-11-21T04:00:00Z']);

beforeAll(async () => {
  ({ url } = await cli.serve({ HOPLEDGER_DATA_DIRECTORY: join(folder, 'data') }));
  await host('old', '7.2.0');
  await host('bad', '8.0.0');
  await host('new', '8.2.0');
  await host('new2', '8.2.0');
  await host('gone', '8.2.0');
  await hop(['record', 'retire-host', '--host', 'gone', '--reason', 'sold']);
  const launch = (uuid: string, on: string, name: string) => {
    const xml = join(folder, `${name}.xml`);
    const born = readFileSync(BORN_XML, 'utf8');
    writeFileSync(xml, born.replace(TAINTED, uuid).replace('<name>vm1</name>', `<name>${name}</name>`));
    return hop(['record', 'launch', '--host', on, '--xml', xml, '--at', '2026-11-21T05:00:00Z']);
  };
  await launch(TAINTED, 'bad', 'tainted');
  await launch(CLEAN, 'old', 'clean');
  await launch(SAVED, 'bad', 'saved');
  const saved = ['--host', 'bad', '--saved-state', 'before', '--at', '2026-11-21T06:00:00Z'];
  await hop(['record', 'save', SAVED, ...saved]);
}, 300_000);
afterAll(async () => {
  await cli.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

interface Preflight {
  readonly verdicts: readonly {
    readonly verdict: string;
    readonly vms: number;
    readonly savedStates: number;
  }[];
  readonly groups: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly behaviourId: string | null;
    readonly vmCount: number;
    readonly vms: { readonly nodes: readonly { readonly uuid: string }[] };
  }[];
}

describe('before an upgrade', () => {
  test('the guests that a build will not take are told by cause, and the exit status stops a script', async () => {
    const { code, out } = await hop(['preflight', '--build', '7.2.0']);
    expect(code).toBe(3);
    expect(out).toMatch(/^blocked +1 +1$/m);
    expect(out).toMatch(
      /blocked {2}1 VM, 1 saved state: carries pcie-err-unc-mask on, which 7\.2\.0 refuses/,
    );
    expect(out).toContain('tainted on bad');
  });

  test('the others are told with what they need', async () => {
    const { verdicts, groups } = await json<Preflight>(['preflight', '--build', '8.2.0']);
    expect(verdicts).toContainEqual({ verdict: 'NEEDS_OVERRIDES', vms: 1, savedStates: 1 });
    expect(verdicts).toContainEqual({ verdict: 'BLOCKED', vms: 0, savedStates: 0 });
    expect(groups[0]).toMatchObject({
      verdict: 'NEEDS_OVERRIDES',
      behaviourId: 'pcie-err-unc-mask',
      vmCount: 1,
      vms: { nodes: [{ uuid: TAINTED }] },
    });
  });

  test('a group is listed in full', async () => {
    const target = ['preflight', '--build', '7.2.0'];
    const { groups } = await json<Preflight>(target);
    const { out, code } = await hop([...target, '--group', groups[0]?.id ?? '', '--json']);
    expect(code).toBe(0);
    const listed = out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { uuid: string }).uuid);
    expect(listed).toEqual([TAINTED]);
  });

  test('hosts are asked as they are, and guests of some hosts only', async () => {
    const blocked = async (...args: readonly string[]) =>
      (await json<Preflight>(['preflight', ...args])).verdicts.find(({ verdict }) => verdict === 'BLOCKED')
        ?.vms;
    expect(await blocked('--host', 'old')).toBe(1);
    expect(await blocked('--host', 'old', '--host', 'new')).toBe(0);
    expect(await blocked('--host', 'old', '--on', 'old')).toBe(0);
    expect(await hop(['preflight', '--host', 'nowhere'])).toMatchObject({ code: 1 });
    expect(await hop(['preflight'])).toMatchObject({ code: 2 });
  });
});

describe('where a VM can go', () => {
  test('every host in service is told, best first, with what it needs there', async () => {
    const rows = await json<{ verdict: string; destination: { host: string } }[]>([
      'destinations',
      'tainted',
    ]);
    expect(rows.map(({ destination, verdict }) => [destination.host, verdict])).toEqual([
      ['new', 'NEEDS_OVERRIDES'],
      ['new2', 'NEEDS_OVERRIDES'],
      ['old', 'BLOCKED'],
    ]);
    expect((await hop(['destinations', 'tainted'])).out).toMatch(
      /^new +needs overrides .*x-pcie-err-unc-mask=on/m,
    );
  });

  test('each answer is what `assess` says of that host', async () => {
    const rows = await json<{ verdict: string; overrides: unknown; destination: { host: string } }[]>([
      'destinations',
      'tainted',
    ]);
    for (const { destination, verdict, overrides } of rows) {
      const assessed = await json<{ verdict: string; overrides: { alias: string }[] }>([
        'assess',
        'tainted',
        '--to',
        destination.host,
      ]);
      expect(verdict).toBe(assessed.verdict);
      expect(overrides).toHaveLength(assessed.overrides.length);
    }
  });

  test('a saved VM is told where it can be restored, and one that is off that it boots anywhere', async () => {
    const rows = await json<{ destination: { host: string } }[]>(['destinations', 'saved']);
    expect(rows.map(({ destination }) => destination.host)).toEqual(['bad', 'new', 'new2', 'old']);
    expect(await hop(['destinations', '00000000-0000-4000-8000-000000000000'])).toMatchObject({ code: 1 });
  });

  test('a host is drained VM by VM', async () => {
    const { code, out } = await hop(['drain', 'bad']);
    expect(code).toBe(0);
    expect(out).toMatch(/^1 VM on bad, 3 hosts to go to: none stuck$/m);
    expect(out).toMatch(/^tainted {2}needs overrides {2}to new, new2 {2}with .*x-pcie-err-unc-mask=on$/m);
    const stuck = await hop(['drain', 'bad', '--to', 'old']);
    expect(stuck.code).toBe(3);
    expect(stuck.out).toMatch(/1 of them needs a cold boot/);
    expect(stuck.out).toMatch(/^tainted {2}needs a cold boot: carries pcie-err-unc-mask on/m);
  });

  test('a route is the hop itself where it works, and told to be none where none is', async () => {
    const found = await hop(['route', 'tainted', 'new']);
    expect(found).toMatchObject({ code: 0 });
    expect(found.out).toMatch(/^1\. new \(8\.2\.0\) {2}needs overrides$/m);
    const none = await hop(['route', 'tainted', 'old']);
    expect(none).toMatchObject({ code: 3 });
    expect(none.out).toMatch(/^no way for tainted to old: there is none of up to 3 hops$/m);
    expect(none.out).toMatch(/the direct hop: blocked/);
    expect((await hop(['route', 'clean', 'old'])).out).toBe('clean is on old\n');
  });
});

describe('the catalogue', () => {
  test('says whom a behaviour concerns: VMs and saved states', async () => {
    const { vms, savedStates } = await json<{ vms: unknown[]; savedStates: unknown[] }>([
      'catalogue',
      'affected',
      'pcie-err-unc-mask',
    ]);
    expect(vms).toMatchObject([{ uuid: TAINTED }, { uuid: SAVED }]);
    expect(savedStates).toMatchObject([{ vm: SAVED, id: 'before', host: 'bad' }]);
  });

  test('says what differs between two directories, behaviour by behaviour', async () => {
    const more = join(folder, 'more');
    mkdirSync(join(more, 'behaviours'), { recursive: true });
    expect((await hop(['catalogue', 'diff', more])).out).toContain('nothing differs');
    const bundled = resolve(
      import.meta.dirname,
      '../../src/catalogue/data/behaviours/pcie-err-unc-mask.yaml',
    );
    const text = readFileSync(bundled, 'utf8').replace('id: pcie-err-unc-mask', 'id: another');
    writeFileSync(join(more, 'behaviours/another.yaml'), text);
    expect((await hop(['catalogue', 'diff', more])).out).toMatch(/^removed {2}another$/m);
  });

  test('has its revisions on record', async () => {
    const diff = await json<{ before: string | null; after: string; added: string[] }>(['catalogue', 'diff']);
    expect(diff).toMatchObject({ before: null, added: expect.arrayContaining(['pcie-err-unc-mask']) });
    const same = await json<{ added: string[]; changed: string[] }>(['catalogue', 'diff', diff.after]);
    expect(same).toMatchObject({ added: [], changed: [] });
    expect(await hop(['catalogue', 'diff', '0123456789abcdef'])).toMatchObject({ code: 1 });
  });
});
