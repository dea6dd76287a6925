import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { getEventListeners, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { AddressGuard } from './address-guard.js';
import type { Resolve } from './guarded-connector.js';
import { HttpSender, type Sent } from './sender.js';

const PLAIN = { version: '1', allowInsecure: true };
const SECRETS = ['bmV3', 'b2xk'].map((text) => `whsec_${text.repeat(8)}`);

let server: Server;
let answer: RequestListener;
let requests: { headers: Record<string, string>; body: string; at: string }[];
const senders: HttpSender[] = [];

beforeEach(async () => {
  requests = [];
  answer = (_request, response) => void response.writeHead(204).end();
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      requests.push({ headers, body, at: request.socket.localAddress ?? '' });
      answer(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.close()));
  server.closeAllConnections();
  server.close();
});

const port = (): number => (server.address() as AddressInfo).port;

interface Sending {
  readonly allowed?: readonly string[];
  readonly resolve?: Resolve;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly allowInsecure?: boolean;
}
const send = async (
  url: string,
  {
    allowed = ['127.0.0.1'],
    resolve,
    timeoutMs = 2_000,
    signal = new AbortController().signal,
    allowInsecure = true,
  }: Sending = {},
): Promise<Sent> => {
  const guard = new AddressGuard({ allowed, denied: [] });
  const sender = new HttpSender({
    guard,
    timeoutMs,
    version: '1',
    allowInsecure,
    ...(resolve && { resolve }),
  });
  senders.push(sender);
  const at = Date.now();
  return sender.send({ url, messageId: 'msg', body: '{"é":1}', secrets: SECRETS, at, signal });
};
const here = (path = '/'): string => `http://127.0.0.1:${port()}${path}`;
const resolvingTo =
  (addresses: readonly string[]): Resolve =>
  (_host, done) => {
    done(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };

describe('what is sent', () => {
  test('is the text that was signed, with a signature of each secret', async () => {
    expect(await send(here())).toEqual({ delivered: true, status: 204, error: null, retryAfterMs: null });
    const [request] = requests;
    expect(request?.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    for (const secret of SECRETS)
      expect(new Webhook(secret).verify(request?.body ?? '', request?.headers ?? {})).toEqual({ é: 1 });
    expect(request?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
  });
});

describe('what comes back', () => {
  test.each([
    [200, true],
    [299, true],
    [302, false],
    [404, false],
    [500, false],
  ])('%i: delivered is %p', async (status, delivered) => {
    answer = (_request, response) => void response.writeHead(status, { location: here('/other') }).end();
    expect(await send(here())).toMatchObject({ delivered, status });
    expect(requests).toHaveLength(1);
  });

  test('a redirect to the address of a cloud is not followed', async () => {
    answer = (_request, response) =>
      void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
    expect(await send(here())).toMatchObject({ error: 'answered 302: redirects are not followed' });
  });

  test('of an endless answer the beginning is kept, on one line', async () => {
    answer = (_request, response) => {
      response.writeHead(500);
      response.write(`first\nsecond\u0007 ${'x'.repeat(20_000)}`);
    };
    const { error } = await send(here());
    expect(error).toMatch(/^answered 500: first second x+$/);
    expect(error?.length).toBeLessThanOrEqual(500);
  });

  test('Retry-After is read', async () => {
    answer = (_request, response) => void response.writeHead(429, { 'retry-after': '120' }).end();
    expect(await send(here())).toMatchObject({ status: 429, retryAfterMs: 120_000 });
  });

  test.each([
    ['kept open', 200, { delivered: true, status: 200, error: null }],
    ['cut short', 200, { delivered: true, status: 200, error: null }],
    ['cut short', 410, { delivered: false, status: 410, error: 'answered 410' }],
    ['cut short', 429, { delivered: false, status: 429, retryAfterMs: 120_000 }],
  ])('an answer whose body is %s says what its status %i and its headers say', async (how, status, sent) => {
    answer = (_request, response) => {
      response.writeHead(status, { 'content-length': '100', 'retry-after': '120' });
      response.write('x', () => {
        if (how === 'cut short') response.destroy();
      });
    };
    expect(await send(here(), { timeoutMs: 300 })).toMatchObject(sent);
  });

  test('nothing, in time', async () => {
    answer = () => undefined;
    expect(await send(here(), { timeoutMs: 100 })).toEqual({
      delivered: false,
      status: null,
      error: 'no answer within 100 ms',
      retryAfterMs: null,
    });
  });

  test('who lets it go is told nothing of it', async () => {
    const own = new AbortController();
    answer = () => own.abort();
    await expect(send(here(), { signal: own.signal })).rejects.toThrow();
    expect(requests).toHaveLength(1);
    await expect(send(here(), { signal: own.signal })).rejects.toThrow();
    expect(requests).toHaveLength(1);
  });
});

test('nothing of an attempt that ended stays with the signal that would have ended it', async () => {
  const { signal } = new AbortController();
  await send(here(), { signal });
  answer = () => undefined;
  await send(here(), { signal, timeoutMs: 50 });
  // Node holds there what `AbortSignal.any` made of a signal.
  const dependants = Object.getOwnPropertySymbols(signal).find(
    ({ description }) => description === 'kDependantSignals',
  );
  expect(dependants && Reflect.get(signal, dependants)).toBeUndefined();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

describe('where nothing is sent', () => {
  test.each([
    'http://127.0.0.1',
    'http://2130706433',
    'http://0x7f.0.0.1',
    'http://0177.0.0.1',
    'http://127.1',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f00:1]',
    'http://0.0.0.0',
    'http://169.254.169.254',
    'http://[fd00:ec2::254]',
    'http://localhost',
  ])('%s', async (url) => {
    const sent = await send(`${url}:${port()}/`, { allowed: [] });
    expect(sent).toMatchObject({ delivered: false, status: null });
    expect(sent.error).toMatch(/not sent to/);
    expect(requests).toHaveLength(0);
  });

  test('http, once webhooks.allowInsecure is off', async () => {
    expect(await send(here(), { allowInsecure: false })).toMatchObject({
      delivered: false,
      error: 'http is not sent to (webhooks.allowInsecure)',
    });
    expect(requests).toHaveLength(0);
  });

  test('a name that leads to a private address', async () => {
    const resolve = resolvingTo(['127.0.0.1']);
    const sent = await send(`http://hooks.example.org:${port()}/`, { allowed: [], resolve });
    expect(sent.error).toBe('hooks.example.org is 127.0.0.1, which is loopback: not sent to');
    expect(requests).toHaveLength(0);
  });

  test('a name of which one address of several is private', async () => {
    const resolve = resolvingTo(['127.0.0.1', '10.0.0.1']);
    const sent = await send(`http://hooks.example.org:${port()}/`, { resolve });
    expect(sent.error).toContain('10.0.0.1, which is private');
    expect(requests).toHaveLength(0);
  });

  test('a name whose second look-up would answer otherwise: there is none', async () => {
    let lookups = 0;
    const resolve: Resolve = (_host, done) => {
      lookups += 1;
      done(null, [{ address: lookups === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }]);
    };
    expect(await send(`http://hooks.example.org:${port()}/`, { resolve })).toMatchObject({ delivered: true });
    expect(lookups).toBe(1);
    expect(requests.map(({ at }) => at)).toEqual(['127.0.0.1']);
  });

  test('a name that is looked up for others at the same time is not looked up again', async () => {
    const answers: (() => void)[] = [];
    const resolve: Resolve = (_host, done) =>
      void answers.push(() => done(null, [{ address: '127.0.0.1', family: 4 }]));
    const sender = new HttpSender({
      guard: new AddressGuard({ allowed: ['127.0.0.1'], denied: [] }),
      timeoutMs: 2_000,
      resolve,
      ...PLAIN,
    });
    senders.push(sender);
    const { signal } = new AbortController();
    const url = `http://hooks.example.org:${port()}/`;
    const sent = [1, 2, 3].map((at) =>
      sender.send({ url, messageId: 'msg', body: '{}', secrets: SECRETS, at, signal }),
    );
    while (answers.length === 0) await setImmediate();
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    expect(answers).toHaveLength(1);
    answers[0]?.();
    for (const one of await Promise.all(sent)) expect(one).toMatchObject({ delivered: true });
  });

  test('a name without an address', async () => {
    const sent = await send('http://hooks.example.org/', { resolve: resolvingTo([]) });
    expect(sent.error).toBe('hooks.example.org has no address');
  });

  test('a server whose certificate nobody vouches for', async () => {
    expect(await send(`https://127.0.0.1:${port()}/`)).toMatchObject({ delivered: false, status: null });
    expect(requests).toHaveLength(0);
  });
});
