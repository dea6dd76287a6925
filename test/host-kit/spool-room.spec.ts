import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadRecording } from '../../src/demo/recording.js';
import { startServer, type RunningServer } from '../e2e/running-server.js';
import { Answering, own, type Reply } from './answering.js';
import { hasCurl, Kit } from './kit.js';

const recording = loadRecording();
const STARTED = recording.xml('003-hosta-vm1-started-begin.xml');
const UUID = /<uuid>(.*)<\/uuid>/.exec(STARTED)?.[1] ?? '';
const NOBODY = 'http://127.0.0.1:9';
const started = (name = 'vm1'): readonly string[] => [name, 'started', 'begin', '-'];

(hasCurl ? describe : describe.skip)('what the spool holds', () => {
  let kit: Kit;
  let server: RunningServer | undefined;
  let fake: Answering | undefined;
  beforeEach(() => {
    kit = new Kit({ server: NOBODY, host: 'hosta' });
  });
  afterEach(async () => {
    await kit.remove();
    await server?.stop();
    await fake?.close();
    [server, fake] = [undefined, undefined];
  });
  const answering = async (answer: () => Reply): Promise<Answering> => {
    fake = await Answering.start(answer);
    kit.configure({ server: fake.url, host: 'hosta' });
    return fake;
  };

  it('holds no more than it may, lets go first of what later reports say again, and tells how much', async () => {
    kit.configure({ server: NOBODY, host: 'hosta', spool_max_files: 5 });
    const calls: [string, string][] = [
      ['a', 'started'],
      ['a', 'prepare'],
      ['b', 'started'],
      ['c', 'start'],
      ['d', 'started'],
      ['e', 'started'],
      ['f', 'started'],
      ['g', 'started'],
    ];
    for (const [name, operation] of calls) await kit.hook([name, operation, 'begin', '-'], STARTED);
    expect(kit.log()).toContain('the spool is full');
    expect(kit.spooled().length).toBeLessThanOrEqual(5);
    expect(kit.spooled().map((name) => name.split('.').at(-1))).toEqual(Array<string>(5).fill('started'));

    server = await startServer();
    kit.configure({ server: server.url, host: 'hosta' });
    expect((await kit.host('deliver')).status).toBe(0);
    const { events } = await server.graphql<{
      events: { edges: readonly { node: { data: Readonly<Record<string, unknown>> } }[] };
    }>('{ events(filter: { types: [ReportsMissed] }, first: 10) { edges { node { data } } } }');
    expect(events.edges.map(({ node }) => node.data)).toEqual([
      expect.objectContaining({ host: 'hosta', source: 'spool', count: 3 }),
    ]);
    expect((await kit.host('status')).out).toContain('dropped   0');
  });

  it('lets go of what an earlier look at the host said before it lets go of what nothing says again', async () => {
    const spool = kit.path('var/lib/hopledger-host/spool');
    mkdirSync(spool, { recursive: true });
    const kinds = [
      'stopped',
      `${UUID}.running`,
      'gone',
      'other.running',
      `${UUID}.running`,
      'gone',
      'started',
    ];
    for (const [index, kind] of kinds.entries())
      writeFileSync(`${spool}/2020112${index}T031021276-1-10000.${kind}`, 'hopledger-spool 1\n');
    kit.configure({ server: NOBODY, host: 'hosta', spool_max_files: 7 });
    for (const name of ['a', 'b']) await kit.hook(started(name), STARTED);
    const left = kit.spooled().map((name) => name.slice(name.indexOf('.') + 1));
    expect(left).toEqual([
      'stopped',
      'other.running',
      `${UUID}.running`,
      'gone',
      'started',
      'started',
      'started',
    ]);
  });

  describe('on a disk that is full', () => {
    /** No room for a fourth entry, nor to note what is lost. */
    const full = (): void => {
      mkdirSync(kit.path('var/lib/hopledger-host/lost'), { recursive: true });
      kit.program(
        'mv',
        `for to in "$@"; do :; done
case "$to" in */spool/[0-9]*) set -- "$@" ;; *) PATH=/usr/bin:/bin exec mv "$@" ;; esac
[ "$(ls "\${to%/*}" | wc -l)" -lt 3 ] || exit 1
PATH=/usr/bin:/bin exec mv "$@"`,
      );
    };

    it('keeps the newest report for older ones, and counts what it lost', async () => {
      full();
      for (const name of ['a', 'b', 'c', 'd']) await kit.hook(started(name), STARTED);
      expect(kit.log()).not.toContain('not kept');
      expect(kit.spooled().length).toBeGreaterThan(0);
      expect((await kit.host('status')).out).toContain('dropped   3');
      const { asked } = await answering(() => own('recorded'));
      expect((await kit.host('deliver')).status).toBe(0);
      const of = (way: string) =>
        asked.filter(({ url }) => url.pathname === way).map(({ url }) => url.searchParams);
      expect(of('/v1/libvirt/hook').at(-1)?.get('name')).toBe('d');
      expect(of('/v1/libvirt/gap').map((query) => query.get('count'))).toEqual(['3']);
      expect((await kit.host('status')).out).toContain('dropped   0');
    });

    it('counts a report that cannot be kept at all', async () => {
      mkdirSync(kit.path('var/lib/hopledger-host'), { recursive: true });
      writeFileSync(kit.path('var/lib/hopledger-host/spool'), '');
      await kit.hook(started('a'), STARTED);
      expect((await kit.host('status')).out).toContain('dropped   1');
    });

    it('tells how many it lost although a line of them was cut off', async () => {
      mkdirSync(kit.path('var/lib/hopledger-host'), { recursive: true });
      const names = ['20261121T031021276-1-10000.started', '2026112', '20261122T031021276-1-10000.started'];
      writeFileSync(kit.path('var/lib/hopledger-host/lost'), `${names.join('\n')}\n`);
      server = await startServer();
      kit.configure({ server: server.url, host: 'hosta' });
      expect((await kit.host('deliver')).status).toBe(0);
      const { events } = await server.graphql<{
        events: { edges: readonly { node: { data: Readonly<Record<string, unknown>> } }[] };
      }>('{ events(filter: { types: [ReportsMissed] }, first: 10) { edges { node { data } } } }');
      expect(events.edges.map(({ node }) => node.data)).toEqual([
        expect.objectContaining({
          count: 3,
          from: '2026-11-21T03:10:21.276Z',
          to: '2026-11-22T03:10:21.276Z',
        }),
      ]);
      expect(kit.log()).not.toContain('cannot');
    });
  });

  describe('of a host that came up without the time', () => {
    const spoolIn1970 = async (): Promise<string> => {
      kit.program(
        'date',
        `case "$*" in *%S.%3N) echo 1970-01-01T00:00:30.127 ;; *) exec /bin/date "$@" ;; esac`,
      );
      await kit.hook(started(), STARTED);
      kit.program('date', 'exec /bin/date "$@"');
      return kit.path(`var/lib/hopledger-host/spool/${kit.spooled()[0] ?? ''}`);
    };
    const sentAt = async (): Promise<string | null | undefined> => {
      const { asked } = await answering(() => own('recorded'));
      expect((await kit.host('deliver')).status).toBe(0);
      return asked.find(({ url }) => url.pathname === '/v1/libvirt/hook')?.url.searchParams.get('sentAt');
    };

    it('tells by how much its clock was off, though it is right by now', async () => {
      await spoolIn1970();
      server = await startServer();
      kit.configure({ server: server.url, host: 'hosta' });
      const before = Date.now();
      expect((await kit.host('deliver')).status).toBe(0);
      const { vm } = await server.graphql<{
        vm: { processes: { edges: readonly { node: { openedAt: string } }[] } };
      }>('query ($uuid: UUID!) { vm(uuid: $uuid) { processes(first: 5) { edges { node { openedAt } } } } }', {
        uuid: UUID,
      });
      const opened = vm.processes.edges.map(({ node }) => Date.parse(node.openedAt));
      expect(opened.map((at) => Math.abs(at - before) < 3_600_000)).toEqual([true]);
    });

    it('sends the time of that clock in the same boot, and its own after another', async () => {
      const entry = await spoolIn1970();
      const text = readFileSync(entry);
      expect(await sentAt()).toMatch(/^1970-01-01T/);
      writeFileSync(entry, text);
      kit.reboot();
      await fake?.close();
      expect(await sentAt()).toMatch(/^20/);
    });
  });
});
