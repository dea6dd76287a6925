import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadRecording } from '../../src/demo/recording.js';
import { tokensFile } from '../e2e/graphql-harness.js';
import { startServer, type RunningServer } from '../e2e/running-server.js';
import { Answering, own, type Reply } from './answering.js';
import { hasCurl, Kit } from './kit.js';

const recording = loadRecording();
const STARTED = recording.xml('003-hosta-vm1-started-begin.xml');
const UUID = /<uuid>(.*)<\/uuid>/.exec(STARTED)?.[1] ?? '';
const NOBODY = 'http://127.0.0.1:9';
const started = (name = 'vm1'): readonly string[] => [name, 'started', 'begin', '-'];

(hasCurl ? describe : describe.skip)('the spool', () => {
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
  const answering = async (answer: (path: string, count: number) => Reply): Promise<Answering> => {
    let count = 0;
    fake = await Answering.start(({ url }) => answer(url.pathname + url.search, (count += 1)));
    kit.configure({ server: fake.url, host: 'hosta' });
    return fake;
  };

  it('keeps a report of a server that was killed, and delivers it once, with the time it had', async () => {
    server = await startServer();
    const { url } = server;
    await server.stop();
    kit.configure({ server: url, host: 'hosta' });
    const before = Date.now();
    expect((await kit.hook(started(), STARTED)).status).toBe(0);
    const after = Date.now();
    expect(kit.spooled()).toHaveLength(1);
    expect((await kit.host('deliver')).status).toBe(1);
    expect(kit.spooled()).toHaveLength(1);

    server = await startServer();
    kit.configure({ server: server.url, host: 'hosta' });
    const spool = kit.path('var/lib/hopledger-host/spool');
    const [name = ''] = kit.spooled();
    const entry = readFileSync(`${spool}/${name}`);
    expect((await kit.host('deliver')).status).toBe(0);
    expect(kit.spooled()).toEqual([]);
    // The answer got lost, say: the host delivers it again.
    writeFileSync(`${spool}/${name}`, entry);
    expect((await kit.host('deliver')).status).toBe(0);

    const { events } = await server.graphql<{
      events: { edges: readonly { node: { type: string; occurredAt: string } }[] };
    }>(
      'query ($vm: UUID!) { events(filter: { vm: $vm }, first: 10) { edges { node { type occurredAt } } } }',
      {
        vm: UUID,
      },
    );
    expect(events.edges.map(({ node }) => node.type)).toEqual(['ProcessStarted']);
    const at = Date.parse(events.edges[0]?.node.occurredAt ?? '');
    expect(at).toBeGreaterThanOrEqual(before - 1000);
    expect(at).toBeLessThanOrEqual(after + 1000);
  });

  it('delivers in the order of the calls', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await kit.hook(started(name), STARTED);
    const { asked } = await answering(() => own('recorded'));
    await kit.host('deliver');
    expect(
      asked.filter(({ method }) => method === 'POST').map(({ url }) => url.searchParams.get('name')),
    ).toEqual(['a', 'b', 'c', 'd']);
  });

  it('lets a report that nobody can use hold up none behind it', async () => {
    for (const name of ['good', 'bad', 'fine']) await kit.hook(started(name), STARTED);
    writeFileSync(kit.path('var/lib/hopledger-host/spool/20200101T000000000-1-10000.started'), 'cut off');
    const { asked } = await answering((path) =>
      path.includes('name=bad')
        ? { status: 422, headers: { 'hopledger-request': 'r' }, body: '{"error":{"code":"BAD_DOMAIN_XML"}}' }
        : own('recorded'),
    );
    expect((await kit.host('deliver')).status).toBe(0);
    const names = asked
      .filter(({ method }) => method === 'POST')
      .map(({ url }) => url.searchParams.get('name'));
    expect(names).toEqual(['good', 'bad', 'fine']);
    expect(kit.spooled()).toEqual([]);
    expect(kit.rejected()).toHaveLength(2);
    expect(kit.log()).toContain('BAD_DOMAIN_XML');
  });

  it.each<[string, Reply]>([
    ['a proxy that knows no such server', { status: 400, headers: { 'x-request-id': 'r' }, body: '<html>' }],
    ['a proxy that knows no such page', { status: 404, body: '<html>' }],
    [
      'a server without this route',
      { status: 404, headers: { 'hopledger-request': 'r' }, body: '{"error":{"code":"NOT_FOUND"}}' },
    ],
    ['a proxy that fails', { status: 500, body: '<html>' }],
    ['a token that may not report for the host', { status: 403, headers: { 'hopledger-request': 'r' } }],
    ['a server that fails', { status: 500, headers: { 'hopledger-request': 'r' } }],
    ['a page that says yes to anything', { status: 200, body: '<html>' }],
    ['a token that is not known any more', { status: 401, headers: { 'hopledger-request': 'r' } }],
    ['a server that has too much to do', { status: 429, headers: { 'hopledger-request': 'r' } }],
    ['a server that stops', { status: 503, headers: { 'hopledger-request': 'r' } }],
  ])('keeps everything before %s', async (_what, reply) => {
    for (const name of ['a', 'b']) await kit.hook(started(name), STARTED);
    const { asked } = await answering(() => reply);
    expect((await kit.host('deliver')).status).toBe(1);
    expect(kit.spooled()).toHaveLength(2);
    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('delivers under the name that the host has by then', async () => {
    kit.configure({ server: NOBODY, host: 'localhost' });
    await kit.hook(started('a'), STARTED);
    // A name that no URL takes must not be kept either.
    kit.configure({ server: NOBODY, host: 'hv 1' });
    await kit.hook(started('b'), STARTED);
    const { asked } = await answering(() => own('recorded'));
    expect((await kit.host('deliver')).status).toBe(0);
    const posts = asked.filter(({ method }) => method === 'POST').map(({ url }) => url.searchParams);
    expect(posts.map((query) => [query.get('name'), query.getAll('host')])).toEqual([
      ['a', ['hosta']],
      ['b', ['hosta']],
    ]);
  });

  it('asks nothing under a name that no host has', async () => {
    const { asked, url } = await answering(() => own('recorded'));
    kit.configure({ server: url, host: 'hv1&late=refused' });
    expect((await kit.hook(started('a'), STARTED)).status).toBe(0);
    expect(asked).toEqual([]);
  });

  it('sets aside what speaks of a VM that is no longer there', async () => {
    for (const name of ['gone', 'b']) await kit.hook(started(name), STARTED);
    await answering((path) =>
      path.includes('name=gone')
        ? { status: 404, headers: { 'hopledger-request': 'r' }, body: '{"error":{"code":"UNKNOWN_VM"}}' }
        : own('recorded'),
    );
    expect((await kit.host('deliver')).status).toBe(0);
    expect(kit.spooled()).toEqual([]);
    expect(kit.rejected()).toHaveLength(1);
  });

  it('delivers what comes while it delivers', async () => {
    await kit.hook(started('a'), STARTED);
    const spool = kit.path('var/lib/hopledger-host/spool');
    const [first = ''] = kit.spooled();
    const { asked } = await answering((path) => {
      if (path.includes('name=a'))
        writeFileSync(
          `${spool}/9${first.slice(1)}`,
          readFileSync(`${spool}/${first}`, 'utf8').replace('name=a', 'name=b'),
        );
      return own('recorded');
    });
    expect((await kit.host('deliver')).status).toBe(0);
    expect(asked.filter(({ url }) => url.searchParams.get('name') === 'b')).toHaveLength(1);
    expect(kit.spooled()).toEqual([]);
  });

  it('goes on where it was broken off', async () => {
    for (const name of ['a', 'b', 'c']) await kit.hook(started(name), STARTED);
    await answering((_path, count) => (count < 3 ? own('recorded') : { status: 500 }));
    await kit.host('deliver');
    expect(kit.spooled()).toHaveLength(1);
  });

  it('is for root alone, and leaves no half of an entry', async () => {
    await kit.hook(started(), STARTED);
    const spool = kit.path('var/lib/hopledger-host/spool');
    expect(readdirSync(spool)).toHaveLength(1);
    const { mode } = statSync(spool);
    expect(mode & 0o077).toBe(0);
  });
});

describe("a host's token", () => {
  it('records for that host and for no other, on every way in of the kit', async () => {
    const tokens = tokensFile([{ name: 'hosta', role: 'recorder', host: 'hosta' }]);
    const server = await startServer({ HOPLEDGER_AUTH_TOKENS_FILE: tokens.file });
    const authorization = `Bearer ${tokens.tokens['hosta'] ?? ''}`;
    const at = '2026-11-21T03:10:21.276Z';
    const uuid = `uuid=${UUID}`;
    const ways: readonly (readonly ['GET' | 'POST', string, string])[] = [
      ['POST', 'hook?name=vm1&operation=started&sub=begin', STARTED],
      ['POST', 'events?x', "2026-11-21 03:10:21.276+0000: event 'reboot' for domain 'vm1'"],
      ['POST', 'logs?file=vm1.log', recording.log('hosta-vm1.log')],
      ['GET', 'advice?x', ''],
      ['POST', `running?state=running&process=1&at=${at}`, STARTED],
      ['POST', `gone?at=${at}`, UUID],
      ['POST', `gap?source=spool&count=1&from=${at}&to=${at}`, ''],
      ['POST', `probe?at=${at}`, 'emulator /usr/bin/qemu'],
      ['GET', `questions?${uuid}`, ''],
      ['POST', `observed?${uuid}&name=vm1&at=${at}`, 'property net0 x on'],
    ];
    const ask = async (host: string, [method, path, body]: (typeof ways)[number]): Promise<number> => {
      const url = `${server.url}/v1/libvirt/${path.replace('?x', '?')}&host=${host}`.replace('?&', '?');
      const response = await fetch(url, {
        method,
        headers: {
          authorization,
          'content-type': path.startsWith('hook') ? 'application/xml' : 'text/plain',
        },
        ...(method === 'POST' ? { body } : {}),
      });
      await response.text();
      return response.status;
    };
    try {
      for (const way of ways) {
        expect([way[1], await ask('hostb', way)]).toEqual([way[1], 403]);
        expect([way[1], [401, 403].includes(await ask('hosta', way))]).toEqual([way[1], false]);
      }
    } finally {
      await server.stop();
      tokens.remove();
    }
  });
});
