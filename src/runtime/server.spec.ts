import { EventEmitter, once } from 'node:events';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Body, Controller, Get, Inject, Module, Param, Post, Req, type DynamicModule } from '@nestjs/common';
import { pino } from 'pino';
import type { FastifyRequest } from 'fastify';
import { HopledgerError } from '../errors.js';
import { WrongRevision } from '../ledger/errors.js';
import type { StreamName } from '../ledger/port.js';
import { principalOf } from './auth.js';
import { loadConfig, type Config, type Environment } from './config.js';
import { CONFIG } from './provided.js';
import { Route } from './route.js';
import { createRuntime } from './runtime.module.js';
import { createServer, type Server } from './server.js';
import { createToken } from './tokens.js';

/** What ended, in order. */
const ended: string[] = [];

/** Tells when `/trial/slow` has begun; it goes on until told to finish. */
const slowRequest = new EventEmitter();

@Controller('trial')
class TrialController {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @Get('who')
  who(@Req() request: FastifyRequest): object {
    return { ...principalOf(request), port: this.config.listen.port };
  }
  @Post('echo')
  @Route({ access: 'recorder', body: 'hook' })
  echo(@Body() body: unknown): object {
    return { type: typeof body, body };
  }
  @Post('small')
  small(@Body() body: unknown): object {
    return { type: typeof body };
  }
  @Get('fails/:how')
  fails(@Param('how') how: string): never {
    if (how === 'revision') throw new WrongRevision('vm-1' as StreamName, 4n, 7n);
    if (how === 'ours') throw new HopledgerError('UNKNOWN_VM', 'no VM v', { vm: 'v' });
    throw new Error('secret path /var/lib/thing');
  }
  @Get('slow')
  async slow(): Promise<object> {
    slowRequest.emit('begun');
    await once(slowRequest, 'finish');
    ended.push('request');
    return { done: true };
  }
}

@Module({ controllers: [TrialController] })
class TrialModule {}

const folder = mkdtempSync(join(tmpdir(), 'hopledger-server-'));
const running: Server[] = [];
afterEach(async () => {
  ended.length = 0;
  for (const server of running.splice(0)) await server.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Started {
  readonly url: string;
  readonly server: Server;
  readonly log: string[];
}

async function start(
  settings: Environment = {},
  module: DynamicModule | typeof TrialModule = TrialModule,
): Promise<Started> {
  const log: string[] = [];
  const config = loadConfig({ HOPLEDGER_LISTEN_PORT: '0', ...settings });
  const logger = pino({ level: 'debug' }, { write: (line) => log.push(line) });
  const server = await createServer(module, createRuntime(config, logger));
  running.push(server);
  return { url: await server.listen(), server, log };
}

function startWithTokens(
  settings: Environment = {},
): Promise<Started> & { tokens: Record<'reader' | 'recorder', string> } {
  const reader = createToken('reading', 'reader');
  const recorder = createToken('host-a', 'recorder', 'hosta');
  const file = join(folder, 'tokens.json');
  writeFileSync(file, JSON.stringify([reader.entry, recorder.entry]), { mode: 0o600 });
  return Object.assign(start({ HOPLEDGER_AUTH_TOKENS_FILE: file, ...settings }), {
    tokens: { reader: reader.token, recorder: recorder.token },
  });
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const post = (body: string, type: string): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': type },
});

/** fetch() does not let a test choose these two headers. */
function raw(
  url: string,
  headers: Record<string, string>,
  path = '/trial/who',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    httpRequest({ hostname, port, path, headers }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

describe('errors', () => {
  test('an error of the table answers its status, code, facts and the request id', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/trial/fails/ours`, { headers: { 'x-request-id': 'abc-1' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('x-request-id')).toBe('abc-1');
    // A proxy that makes up an x-request-id for a page of its own does not make up this one: the host kit goes by it.
    expect(response.headers.get('hopledger-request')).toBe('abc-1');
    expect(await response.json()).toEqual({
      error: { code: 'UNKNOWN_VM', message: 'no VM v', requestId: 'abc-1', vm: 'v' },
    });
  });

  test('an error of the ledger answers with its own fields as facts, big integers as text', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/trial/fails/revision`);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      error: { code: 'WRONG_REVISION', stream: 'vm-1', expected: '4', actual: '7' },
    });
  });

  test('an unexpected error tells the caller nothing and the log everything', async () => {
    const { url, log } = await start();
    const response = await fetch(`${url}/trial/fails/other`, { headers: { 'x-request-id': 'find-me' } });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).toContain('INTERNAL');
    expect(text).not.toContain('/var/lib/thing');
    expect(log.some((line) => line.includes('find-me') && line.includes('/var/lib/thing'))).toBe(true);
  });

  test.each([
    ['an unknown route', '/nowhere?x=1', {}, 404, 'NOT_FOUND'],
    ['malformed JSON', '/trial/echo', post('{"a":', 'application/json'), 400, 'BAD_INPUT'],
    ['an empty JSON body', '/trial/echo', post('', 'application/json'), 400, 'BAD_INPUT'],
    [
      'a poisoned prototype',
      '/trial/echo',
      post('{"__proto__":{"a":1}}', 'application/json'),
      400,
      'BAD_INPUT',
    ],
    [
      'a packed body',
      '/trial/echo',
      {
        ...post('{}', 'application/json'),
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a web form',
      '/trial/echo',
      post('a=b', 'application/x-www-form-urlencoded'),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a body over the general limit',
      '/trial/small',
      post('x'.repeat(5000), 'text/plain'),
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    [
      'a body over the limit of its route',
      '/trial/echo',
      post('x'.repeat(9000), 'text/xml'),
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    ['a path that is no URL', '/trial/%zz', {}, 400, 'BAD_INPUT'],
  ])('%s answers the one form of errors', async (_what, path, init, status, code) => {
    const { url } = await start({
      HOPLEDGER_LIMITS_BODY_BYTES: '4096',
      HOPLEDGER_LIMITS_HOOK_BODY_BYTES: '8192',
    });
    const response = await fetch(`${url}${path}`, init);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      error: { code, message: expect.any(String), requestId: expect.any(String) },
    });
  });
});

describe('bodies', () => {
  test.each([
    ['text/xml', '<domain/>', 'string'],
    ['application/xml; charset=utf-8', '<domain/>', 'string'],
    ['text/plain', '{"not":"parsed"}', 'string'],
    ['application/x-ndjson', '{}\n{}', 'string'],
    ['application/json', '{"a":1}', 'object'],
    ['application/cloudevents+json', '{"a":1}', 'object'],
    ['application/cloudevents-batch+json; charset=utf-8', '[]', 'object'],
  ])('%s arrives as it should', async (type, body, kind) => {
    const { url } = await start();
    const response = await fetch(`${url}/trial/echo`, post(body, type));
    const expected: unknown = kind === 'object' ? JSON.parse(body) : body;
    expect(await response.json()).toEqual({ type: kind, body: expected });
  });

  test('a route of hook calls takes more than the general limit', async () => {
    const { url } = await start({ HOPLEDGER_LIMITS_BODY_BYTES: '4096' });
    expect((await fetch(`${url}/trial/echo`, post('x'.repeat(100_000), 'text/plain'))).status).toBe(201);
  });
});

describe('who asks', () => {
  test('without a tokens file, a caller on this machine is admin', async () => {
    const { url } = await start();
    expect(await (await fetch(`${url}/trial/who`)).json()).toMatchObject({ name: 'local', role: 'admin' });
  });

  test.each([
    ['a name that was made to resolve here', { host: 'evil.example:4173' }],
    ['a page of elsewhere', { host: '127.0.0.1', origin: 'https://evil.example' }],
    ['a sandboxed page', { host: '127.0.0.1', origin: 'null' }],
  ])('without a tokens file, %s is turned away, from open routes too', async (_what, headers) => {
    const { url } = await start();
    for (const path of ['/trial/who', '/health/live', '/nowhere']) {
      const { status, body } = await raw(url, headers, path);
      expect(status).toBe(403);
      expect(body).toContain('FORBIDDEN');
    }
  });

  test('a name set in listen.names is let in', async () => {
    const { url } = await start({ HOPLEDGER_LISTEN_NAMES: 'ledger.lan, other.lan' });
    expect((await raw(url, { host: 'ledger.lan:80', origin: 'http://other.lan' })).status).toBe(200);
  });

  test('with a tokens file, the token says who it is; none, or a wrong one, is UNAUTHENTICATED', async () => {
    const starting = startWithTokens();
    const { url } = await starting;
    expect(await (await fetch(`${url}/trial/who`, bearer(starting.tokens.recorder))).json()).toMatchObject({
      name: 'host-a',
      role: 'recorder',
      host: 'hosta',
    });
    for (const init of [{}, bearer('hpl_wrong'), { headers: { authorization: 'Basic eA==' } }]) {
      const response = await fetch(`${url}/trial/who`, init);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  test('a role below that of the route is FORBIDDEN, before the body is read', async () => {
    const starting = startWithTokens({ HOPLEDGER_LIMITS_HOOK_BODY_BYTES: '1024' });
    const { url } = await starting;
    const response = await fetch(`${url}/trial/echo`, {
      method: 'POST',
      body: 'x'.repeat(5000),
      headers: { ...bearer(starting.tokens.reader).headers, 'content-type': 'text/plain' },
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { needs: 'recorder', has: 'reader' } });
  });

  test('health answers anyone, metrics a reader', async () => {
    const starting = startWithTokens();
    const { url } = await starting;
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await fetch(`${url}/metrics`, bearer(starting.tokens.reader))).status).toBe(200);
  });

  test('metrics answer anyone when the setting says so', async () => {
    const { url } = await startWithTokens({ HOPLEDGER_AUTH_PUBLIC_METRICS: 'true' });
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  });
});

test('the rate limit is counted for each token, and probes are not counted', async () => {
  const starting = startWithTokens({ HOPLEDGER_RATE_LIMIT_REQUESTS: '2' });
  const { url } = await starting;
  const ask = async (token: string) => (await fetch(`${url}/trial/who`, bearer(token))).status;
  expect([await ask(starting.tokens.reader), await ask(starting.tokens.reader)]).toEqual([200, 200]);
  const third = await fetch(`${url}/trial/who`, bearer(starting.tokens.reader));
  expect(third.status).toBe(429);
  expect(third.headers.get('retry-after')).toMatch(/^(60|[45]\d)$/);
  expect(await third.json()).toMatchObject({ error: { code: 'RATE_LIMITED', limit: 2 } });
  expect(await ask(starting.tokens.recorder)).toBe(200);
  for (let i = 0; i < 5; i++) expect((await fetch(`${url}/health/live`)).status).toBe(200);
});

test('answers carry security headers and a request id that cannot inject anything', async () => {
  const { url } = await start();
  const response = await fetch(`${url}/health/live`, { headers: { 'x-request-id': 'a b"<script>' } });
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('a request is logged once, without its token or its query', async () => {
  const starting = startWithTokens();
  const { url, log } = await starting;
  await fetch(`${url}/trial/who?name=private`, bearer(starting.tokens.reader));
  const lines = log.filter((line) => line.includes('/trial/who') && !line.includes('Mapped'));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    method: 'GET',
    route: '/trial/who',
    status: 200,
    principal: 'reading',
  });
  expect(log.join('')).not.toContain('private');
  expect(log.join('')).not.toContain(starting.tokens.reader);
});

test('metrics count requests by route and show the build', async () => {
  const { url } = await start();
  await fetch(`${url}/trial/fails/ours`);
  await fetch(`${url}/made/up/${Math.random()}`);
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toContain('hopledger_http_requests_total{route="/trial/fails/:how",status="404"} 1');
  expect(text).toContain('hopledger_http_requests_total{route="(none)",status="404"} 1');
  expect(text).toMatch(/hopledger_build_info\{version="\d+\.\d+\.\d+",node="v\d+/);
});

describe('ending', () => {
  test('requests under way finish, new ones are refused, and things end in order', async () => {
    const { url, server } = await start();
    const meanwhile: unknown[] = [];
    const begun = once(slowRequest, 'begun');
    const slow = fetch(`${url}/trial/slow`);
    server.runtime.shutdown.register('ledger', 'ledger', () => void ended.push('ledger'));
    server.runtime.shutdown.register('views', 'projector', () => void ended.push('views'));
    server.runtime.shutdown.register('streams', 'subscriptions', async () => {
      ended.push('streams');
      for (const path of ['/trial/who', '/health/ready', '/health/live']) {
        const response = await fetch(`${url}${path}`);
        meanwhile.push([path, response.status, await response.text()]);
      }
      slowRequest.emit('finish');
    });
    await begun;
    await server.close();
    expect((await slow).status).toBe(200);
    expect(ended).toEqual(['streams', 'request', 'views', 'ledger']);
    expect(meanwhile).toEqual([
      ['/trial/who', 503, expect.stringContaining('SHUTTING_DOWN')],
      ['/health/ready', 503, expect.stringContaining('shutting down')],
      ['/health/live', 200, expect.any(String)],
    ]);
  });

  test('what fails to end is logged and keeps nothing else from ending', async () => {
    const { server, log } = await start();
    server.runtime.shutdown.register('views', 'broken', () => {
      throw new Error('stuck projector');
    });
    server.runtime.shutdown.register('ledger', 'ledger', () => void ended.push('ledger'));
    await server.close();
    expect(ended).toEqual(['ledger']);
    expect(log.join('')).toContain('stuck projector');
  });
});

test('not ready while a check gives a reason', async () => {
  const { url, server } = await start();
  let reason: string | undefined = '17 events behind';
  server.runtime.readiness.register('views', () => reason);
  const response = await fetch(`${url}/health/ready`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ status: 'not ready', reasons: { views: '17 events behind' } });
  reason = undefined;
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
});

test('ready with a remark on what is wrong all the same', async () => {
  const { url, server } = await start();
  server.runtime.readiness.remark('webhooks', () => 'nothing new is sent');
  const response = await fetch(`${url}/health/ready`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: 'ready', remarks: { webhooks: 'nothing new is sent' } });
});
