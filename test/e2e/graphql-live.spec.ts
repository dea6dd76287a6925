import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type * as G from '../../src/graphql/schema.generated.js';
import { TestServer, tokensFile, type Asked } from './graphql-harness.js';
import { BAD, GOOD, Life } from './graphql-life.js';

const FEED =
  'subscription ($after: Position, $filter: EventFilter) { events(after: $after, filter: $filter) { position type vm } }';
const CHANGES = `subscription ($uuid: UUID, $filter: VmFilter, $after: Position) {
  vmChanged(uuid: $uuid, filter: $filter, after: $after) { uuid position matches event { type } vm { state tainted current { host } revision } } }`;

type Fed = Asked<G.RecordedEvent>;
type Changed = Asked<G.VmChange>;

/** Takes answers until there are enough. */
const take = async <T extends Fed | Changed>(
  client: Client,
  query: string,
  variables: Record<string, unknown>,
  count: number,
): Promise<readonly T[]> => {
  const taken: T[] = [];
  for await (const { data, errors } of client.iterate<Record<string, T>>({ query, variables })) {
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    taken.push(...Object.values(data ?? {}));
    if (taken.length >= count) break;
  }
  return taken;
};

/** What a subscription ends in. */
const failure = async (
  client: Client,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<unknown> => {
  try {
    for await (const answer of client.iterate({ query, variables })) return answer;
    return 'ended';
  } catch (error) {
    return error;
  }
};
const codesOf = (error: unknown): unknown =>
  Array.isArray(error) ? error.map((one: { extensions?: { code?: string } }) => one.extensions?.code) : error;

describe('what is followed', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.close());

  test('the feed, cut off and resumed again and again while events come in, has no gap and no repeat', async () => {
    const start = (await server.ask('{ ledger { position } }')).data.ledger.position;
    const lives = Array.from({ length: 4 }, () => new Life(server));
    const recording = Promise.all(
      lives.map(async (life) => {
        for (let i = 0; i < 25; i += 1) await life.record('recordGuestReset', { host: 'hosta' });
      }),
    );
    const seen: Fed[] = [];
    let after = start;
    while (seen.length < 100) {
      // A new connection each time, as after a broken network.
      const client = server.client();
      const some = await take<Fed>(client, FEED, { after }, Math.min(7, 100 - seen.length));
      await client.dispose();
      seen.push(...some);
      after = some.at(-1)?.position ?? after;
    }
    await recording;
    const positions = seen.map(({ position }) => position);
    expect(positions).toEqual([...new Set(positions)].sort());
    const { data } = await server.ask(
      'query ($after: Position) { events(after: $after, first: 200) { nodes { position } } }',
      { after: start },
    );
    expect(positions).toEqual(data.events.nodes.map(({ position }) => position));
  });

  test('without a position, the feed begins now', async () => {
    const client = server.client();
    const life = new Life(server);
    const taking = take<Fed>(client, FEED, { filter: { vm: life.uuid } }, 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await life.launch();
    expect(await taking).toEqual([expect.objectContaining({ type: 'VmLaunched', vm: life.uuid })]);
  });

  test('a VM is shown as it was known at each of its events', async () => {
    const life = new Life(server);
    await life.launch('hosta', BAD);
    const taking = take<Changed>(server.client(), CHANGES, { uuid: life.uuid, after: '' }, 6);
    await life.hop('hosta', 'hostb', GOOD);
    await life.record('recordStop', { host: 'hostb', reason: 'SHUTDOWN' });
    const changes = await taking;
    expect(changes.map(({ event }) => event.type)).toEqual([
      'VmLaunched',
      'HopPrepared',
      'HopStarted',
      'HopCompleted',
      'HopCompleted',
      'VmStopped',
    ]);
    expect(changes.map(({ vm }) => vm.revision)).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(changes.map(({ vm }) => vm.state)).toEqual([
      'RUNNING',
      'RUNNING',
      'MIGRATING',
      'RUNNING',
      'RUNNING',
      'STOPPED',
    ]);
    expect(changes.map(({ vm }) => vm.current)).toEqual([
      { host: 'hosta' },
      { host: 'hosta' },
      { host: 'hosta' },
      { host: 'hostb' },
      { host: 'hostb' },
      null,
    ]);
  });

  test('a filter lets through what holds before or after the event, and says which', async () => {
    const host = `host-${randomUUID().slice(0, 8)}`;
    const [inside, outside] = [new Life(server), new Life(server)];
    const taking = take<Changed>(server.client(), CHANGES, { filter: { host, tainted: true }, after: '' }, 2);
    await outside.launch('elsewhere', BAD);
    await inside.launch(host, BAD);
    await inside.record('recordStop', { host, reason: 'SHUTDOWN' });
    const changes = await taking;
    expect(changes.map(({ uuid, matches }) => [uuid === inside.uuid, matches])).toEqual([
      [true, true],
      [true, false],
    ]);
  });
});

describe('what is refused', () => {
  const made = tokensFile([{ name: 'reader', role: 'reader' }]);
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({
      HOPLEDGER_AUTH_TOKENS_FILE: made.file,
      HOPLEDGER_SUBSCRIPTIONS_MAX_PER_CONNECTION: '2',
      HOPLEDGER_SUBSCRIPTIONS_MAX_CONNECTIONS: '2',
      HOPLEDGER_GRAPHQL_INTROSPECTION: 'false',
      HOPLEDGER_GRAPHQL_MAX_DEPTH: '5',
    });
  });
  const open: Client[] = [];
  const client = (token = made.tokens['reader']): Client => {
    const one = server.client(token === undefined ? {} : { token });
    open.push(one);
    return one;
  };
  afterEach(async () => {
    for (const one of open.splice(0)) await one.dispose();
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  afterAll(async () => {
    await server.close();
    made.remove();
  });

  test('a connection without a token, or with a wrong one', async () => {
    expect(await failure(client('hpl_wrong'), FEED)).toMatchObject({ code: 4401, reason: 'UNAUTHENTICATED' });
  });

  test('queries, mutations and introspection: subscriptions alone go this way', async () => {
    expect(codesOf(await failure(client(), '{ ledger { position } }'))).toEqual(['BAD_INPUT']);
    expect(codesOf(await failure(client(), 'subscription { __schema { queryType { name } } }'))).toEqual(
      expect.arrayContaining(['BAD_INPUT']),
    );
    expect(codesOf(await failure(client(), 'subscription { events { colour } }'))).toEqual(['BAD_INPUT']);
  });

  test('what is too deep, and a position of no ledger', async () => {
    const deep = 'subscription { vmChanged { vm { carried { nodes { behaviour { id } } } } } }';
    expect(codesOf(await failure(client(), deep))).toEqual(['QUERY_TOO_DEEP']);
    expect(codesOf(await failure(client(), FEED, { after: '9999999999999999' }))).toEqual(['BAD_CURSOR']);
  });

  test('more subscriptions than a connection may have', async () => {
    const one = client();
    const running = [1, 2].map(() => one.iterate({ query: FEED }));
    const waiting = running.map((answers) => answers.next());
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(codesOf(await failure(one, FEED))).toEqual(['SUBSCRIPTION_LIMIT']);
    for (const answers of running) await answers.return?.();
    await Promise.allSettled(waiting);
  });

  test('more connections than the server may have', async () => {
    const waiting = [client(), client()].map((one) => one.iterate({ query: FEED }).next());
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await failure(client(), FEED)).toMatchObject({ code: 1013, reason: 'SUBSCRIPTION_LIMIT' });
    for (const one of open.splice(0)) await one.dispose();
    await Promise.allSettled(waiting);
  });

  test('a WebSocket on another path, and one that says nothing sensible', async () => {
    const elsewhere = new WebSocket(`${server.url.replace('http', 'ws')}/elsewhere`);
    expect(
      await new Promise((resolve) => elsewhere.on('error', (error) => resolve(error.message))),
    ).toContain('404');
    const odd = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    odd.on('open', () => odd.send('{"type":"nonsense"'));
    expect(await new Promise((resolve) => odd.on('close', resolve))).toBe(4400);
  });
});

test('a page of another site cannot subscribe where there are no tokens', async () => {
  const server = await TestServer.start();
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    origin: 'https://evil.example',
  });
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(4403);
  await server.close();
});

test('when the server ends, subscribers are told to come back, and none keeps it from ending', async () => {
  const server = await TestServer.start();
  const following = failure(server.client(), FEED);
  const resting = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await new Promise((resolve) => resting.on('open', resolve));
  // A client that stopped reading does not answer the closing either.
  resting.pause();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const started = performance.now();
  await server.server.close();
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(await following).toMatchObject({ code: 1001, reason: 'SHUTTING_DOWN' });
  resting.terminate();
  await server.close();
});
