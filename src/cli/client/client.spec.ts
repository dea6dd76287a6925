import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { explain } from '../failure.js';
import { Client } from './client.js';
import { allNodes } from './pages.js';
import { withRetries } from './retry.js';
import { ServerRefused } from './server-failure.js';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A server of the test's own making; its URL. */
const serve = async (
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const json = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void =>
  void response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(body));

const failure = async (work: Promise<unknown>) => {
  try {
    await work;
  } catch (error) {
    return explain(error);
  }
  throw new Error('it did not fail');
};

describe('the client', () => {
  test('sends its token, below the path of the URL', async () => {
    const url = await serve(({ headers, url: path }, response) =>
      json(response, 200, { data: { path, token: headers.authorization } }),
    );
    const client = new Client({ url: `${url}/hop`, token: 'hpl_x' });
    expect(await client.query('{ a }')).toEqual({ path: '/hop/graphql', token: 'Bearer hpl_x' });
  });

  test("tells the server's error with its code and what can be done", async () => {
    const url = await serve((_request, response) =>
      json(response, 401, {
        error: { code: 'UNAUTHENTICATED', message: 'this needs a token', requestId: 'r' },
      }),
    );
    expect(await failure(new Client({ url, token: undefined }).query('{ a }'))).toEqual({
      exitCode: 1,
      code: 'UNAUTHENTICATED',
      message: 'this needs a token',
      advice: expect.stringContaining('hopledger token create'),
    });
  });

  test("tells GraphQL's errors with their code", async () => {
    const errors = [{ message: 'too deep', extensions: { code: 'QUERY_TOO_DEEP' } }];
    const url = await serve((_request, response) => json(response, 200, { data: null, errors }));
    expect(await failure(new Client({ url, token: undefined }).query('{ a }'))).toMatchObject({
      code: 'QUERY_TOO_DEEP',
      message: 'too deep',
      exitCode: 1,
    });
  });

  test('knows when something else answers', async () => {
    const url = await serve(
      (_request, response) =>
        void response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>nginx</h1>'),
    );
    expect(await failure(new Client({ url, token: undefined }).query('{ a }'))).toMatchObject({
      message: expect.stringContaining('404 with text/html'),
      exitCode: 1,
    });
  });

  test('says what to do when nothing answers', async () => {
    const url = await serve(() => undefined);
    open.pop()?.();
    const told = await failure(new Client({ url, token: undefined }).query('{ a }'));
    expect(told).toMatchObject({
      exitCode: 5,
      message: `cannot reach hopledger at ${url}: connection refused`,
    });
    expect(told.advice).toContain('hopledger serve');
  });

  test('does not wait for ever', async () => {
    const url = await serve(() => undefined);
    expect(await failure(new Client({ url, token: undefined, timeoutMs: 50 }).query('{ a }'))).toMatchObject({
      exitCode: 5,
      message: expect.stringContaining('no answer in time'),
    });
  });
});

describe('retries', () => {
  const quick = { tries: 4, firstPauseMs: 1, longestPauseMs: 2 };

  test('go on while the server asks for patience', async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls += 1;
      if (calls < 3) json(response, 503, { error: { code: 'OVERLOADED', message: 'later' } });
      else json(response, 200, { data: { ok: true } });
    });
    const client = new Client({ url, token: undefined });
    const pauses: number[] = [];
    expect(
      await withRetries({ ...quick, onPause: (_error, pauseMs) => pauses.push(pauseMs) }, () =>
        client.query('{ ok }'),
      ),
    ).toEqual({ ok: true });
    expect(pauses).toHaveLength(2);
  });

  test('end at once when another try would meet the same', async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls += 1;
      json(response, 413, { error: { code: 'PAYLOAD_TOO_LARGE', message: 'large' } });
    });
    const client = new Client({ url, token: undefined });
    await expect(withRetries(quick, () => client.query('{ ok }'))).rejects.toThrow('large');
    expect(calls).toBe(1);
  });

  test('end when there were enough, and wait as long as they are told', async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls += 1;
      json(response, 429, { error: { code: 'RATE_LIMITED', message: 'slow down' } }, { 'retry-after': '0' });
    });
    const client = new Client({ url, token: undefined });
    await expect(withRetries(quick, () => client.query('{ ok }'))).rejects.toThrow('slow down');
    expect(calls).toBe(4);
  });
});

describe('pages', () => {
  test('are followed to the end, empty ones too', async () => {
    const pages = new Map([
      [null, { nodes: [1], pageInfo: { hasNextPage: true, endCursor: 'a' } }],
      ['a', { nodes: [], pageInfo: { hasNextPage: true, endCursor: 'b' } }],
      ['b', { nodes: [2], pageInfo: { hasNextPage: false, endCursor: 'c' } }],
    ]);
    const none = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
    expect(await allNodes(async ({ after }) => pages.get(after) ?? none)).toEqual([1, 2]);
  });

  test('are as large as the server allows', async () => {
    const asked: (number | null)[] = [];
    await allNodes(async ({ first }) => {
      asked.push(first);
      if (first !== null) throw new ServerRefused('PAGE_TOO_LARGE', 'at most 50');
      return { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
    });
    expect(asked).toEqual([200, null]);
  });
});
