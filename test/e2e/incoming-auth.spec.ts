import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { createToken } from '../../src/runtime/tokens.js';
import { startServer, type RunningServer } from './running-server.js';

const VM = '11111111-2222-4333-8444-000000000001';
const STRUCTURED = { 'content-type': 'application/cloudevents+json' };
const eventOf = (host: string, id = 'a'): string =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source: '/s',
    type: 'hopledger.vm.guest_reset',
    time: '2026-11-20T08:00:00Z',
    data: { uuid: VM, host },
  });
const directory = mkdtempSync(join(tmpdir(), 'hopledger-auth-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = (name: string, content: unknown): string => {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  return path;
};
const outcome = ({ status, json }: { status: number; json: unknown }): readonly unknown[] => {
  const { items, error } = json as { items?: { status: string }[]; error?: { code: string } };
  return [status, items?.[0]?.status ?? error?.code];
};

describe('signed requests', () => {
  const [first, second, foreign] = ['a', 'b', 'c'].map(
    (letter) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`,
  );
  const { token, entry } = createToken('reader', 'reader');
  const recorder = createToken('recorder', 'recorder');
  let server: RunningServer;
  beforeEach(async () => {
    server = await startServer({
      HOPLEDGER_AUTH_TOKENS_FILE: file('tokens.json', [entry, recorder.entry]),
      HOPLEDGER_AUTH_WEBHOOK_SECRETS_FILE: file('secrets.json', [
        { name: 'nova', role: 'recorder', secret: first },
        { name: 'hosta', role: 'recorder', secret: second, host: 'hosta' },
      ]),
    });
  });
  afterEach(() => server.stop());

  const signed = (body: string, secret: string | undefined, at = new Date(), id = 'msg_1') => ({
    ...STRUCTURED,
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret ?? '').sign(id, at, body),
  });
  const post = async (body: string, headers: Readonly<Record<string, string>>, path = '/v1/events') =>
    outcome(await server.post(path, body, headers));

  it('are taken when one of the secrets made the signature, and again they are repeats', async () => {
    const body = eventOf('hostb');
    expect(await post(body, signed(body, first))).toEqual([200, 'accepted']);
    expect(await post(body, signed(body, first))).toEqual([200, 'repeated']);
    const both = {
      ...signed(body, first),
      'webhook-signature': `v1,AAAA ${new Webhook(first ?? '').sign('msg_1', new Date(), body)}`,
    };
    expect(await post(body, both)).toEqual([200, 'repeated']);
  });

  it('are refused when body, id, time or secret is another', async () => {
    const body = eventOf('hostb');
    const refused = [401, 'UNAUTHENTICATED'];
    expect(await post(eventOf('hostc'), signed(body, first))).toEqual(refused);
    expect(await post(body, { ...signed(body, first), 'webhook-id': 'msg_2' })).toEqual(refused);
    expect(await post(body, signed(body, foreign))).toEqual(refused);
    for (const minutes of [-6, 6])
      expect(await post(body, signed(body, first, new Date(Date.now() + minutes * 60_000)))).toEqual(refused);
    expect(await post(body, { ...signed(body, first), 'webhook-signature': 'v1,' })).toEqual(refused);
    expect(await post(body, { ...signed(body, first), 'webhook-timestamp': 'soon' })).toEqual(refused);
    expect(await post(body, STRUCTURED)).toEqual(refused);
  });

  it('record for their host alone where the secret is bound to one', async () => {
    const [own, other] = [eventOf('hosta'), eventOf('hostb', 'b')];
    expect(await post(own, signed(own, second))).toEqual([200, 'accepted']);
    expect(await post(other, signed(other, second))).toEqual([403, 'FORBIDDEN']);
  });

  it('name no guest of another host, and use up none of its keys', async () => {
    const vmi = (nodeName: string): string =>
      JSON.stringify({
        apiVersion: 'kubevirt.io/v1',
        kind: 'VirtualMachineInstance',
        metadata: { name: 'web', namespace: 'shop', uid: 'u1' },
        spec: { domain: { firmware: { uuid: VM } } },
        status: { phase: 'Pending', nodeName },
      });
    const json = (body: string): Readonly<Record<string, string>> => ({
      ...signed(body, second),
      'content-type': 'application/json',
    });
    expect(await post(vmi('hosta'), json(vmi('hosta')), '/v1/kubevirt')).toEqual([200, 'ignored']);
    expect(await post(vmi('hostb'), json(vmi('hostb')), '/v1/kubevirt')).toEqual([200, 'rejected']);

    const [own, theirs] = [eventOf('hosta', 'same'), eventOf('hostb', 'same')];
    expect(await post(own, signed(own, second))).toEqual([200, 'accepted']);
    expect(await post(theirs, signed(theirs, first))).toEqual([200, 'accepted']);
  });

  const MOST = 1024 * 1024;
  /** An event in so many bytes. */
  const ofLength = (bytes: number): string => {
    const event = eventOf('hosta');
    return event + ' '.repeat(bytes - event.length);
  };

  it('are taken up to the bound of bodies, and over it the answer says which one that is', async () => {
    const [longest, longer] = [ofLength(MOST), ofLength(MOST + 1)];
    expect(await post(longest, signed(longest, second))).toEqual([200, 'accepted']);
    const { status, json } = await server.post('/v1/events', longer, signed(longer, second));
    expect([status, json]).toMatchObject([
      413,
      {
        error: {
          code: 'PAYLOAD_TOO_LARGE',
          message: expect.stringContaining('limits.bodyBytes'),
          most: MOST,
          setting: 'limits.bodyBytes',
        },
      },
    ]);
  });

  it('with a token in place of a signature may be as long as event bodies are', async () => {
    const long = ofLength(2 * MOST);
    const [status] = await post(long, { ...STRUCTURED, authorization: `Bearer ${recorder.token}` });
    expect(status).toBe(200);
  });

  /** Sends no more of the body than `piece`, in chunks where no length is told, and waits for the answer. */
  const begin = (
    headers: Readonly<Record<string, string>>,
    piece: string,
    isWhole = false,
  ): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const sent = plainRequest(`${server.url}/v1/events`, { method: 'POST', headers });
      sent.once('response', ({ statusCode }) => {
        resolve(statusCode);
        sent.destroy();
      });
      sent.once('error', reject);
      if (piece === '') sent.flushHeaders();
      else sent.write(piece);
      if (isWhole) sent.end();
    });

  it('are refused over the bound without waiting for the body, and before any secret is tried', async () => {
    const length = { 'content-length': String(MOST + 1) };
    expect(await begin({ ...signed('', foreign), ...length }, '')).toBe(413);
  });

  it('of no told length are refused as soon as they are over the bound', async () => {
    expect(await begin(signed('', foreign), ofLength(MOST + 1))).toBe(413);
  });

  it('of no told length are taken within the bound', async () => {
    const body = eventOf('hosta');
    expect(await begin(signed(body, second), body, true)).toBe(200);
  });

  it('open no other route, and no token’s role', async () => {
    const body = '{"query":"{ __typename }"}';
    expect(
      await post(body, { ...signed(body, first), 'content-type': 'application/json' }, '/graphql'),
    ).toEqual([401, 'UNAUTHENTICATED']);
    const event = eventOf('hosta');
    expect(await post(event, { ...signed(event, first), authorization: `Bearer ${token}` })).toEqual([
      403,
      'FORBIDDEN',
    ]);
  });
});

const openssl = existsSync('/usr/bin/openssl') ? '/usr/bin/openssl' : null;
(openssl === null ? describe.skip : describe)('client certificates', () => {
  const path = (name: string): string => join(directory, name);
  const read = (name: string): Buffer => readFileSync(path(name));
  const run = (...words: readonly string[]): void =>
    void execFileSync(openssl ?? '', words, { cwd: directory, stdio: 'pipe' });
  const authority = (name: string): void =>
    run(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
    );
  const certificate = (name: string, ca: string, san: string): void => {
    writeFileSync(path(`${name}.ext`), `subjectAltName=${san}\n`);
    run(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    );
    run(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      `${ca}.pem`,
      '-CAkey',
      `${ca}.key`,
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
  };
  const { token, entry } = createToken('any', 'recorder');
  let server: RunningServer;
  beforeAll(async () => {
    for (const name of ['ca', 'other-ca']) authority(name);
    certificate('server', 'ca', 'IP:127.0.0.1');
    certificate('hosta', 'ca', 'DNS:hosta.example.org,URI:spiffe://example.org/hosta');
    certificate('pinned', 'ca', 'DNS:elsewhere.example.org');
    certificate('stranger', 'ca', 'DNS:stranger.example.org');
    certificate('forged', 'other-ca', 'DNS:hosta.example.org');
    const certificateSha256 = new X509Certificate(read('pinned.pem')).fingerprint256
      .replaceAll(':', '')
      .toLowerCase();
    server = await startServer({
      HOPLEDGER_AUTH_TOKENS_FILE: file('certificates.json', [
        entry,
        { name: 'hosta', role: 'recorder', host: 'hosta', san: 'DNS:hosta.example.org' },
        { name: 'pinned', role: 'recorder', certificateSha256 },
      ]),
      HOPLEDGER_LISTEN_TLS_CERT_FILE: path('server.pem'),
      HOPLEDGER_LISTEN_TLS_KEY_FILE: path('server.key'),
      HOPLEDGER_LISTEN_CLIENT_CA_FILE: path('ca.pem'),
    });
  });
  afterAll(() => server.stop());

  const post = (client: string | null, host: string, headers: Readonly<Record<string, string>> = {}) =>
    new Promise<readonly unknown[]>((resolve, reject) => {
      const keys = client === null ? {} : { cert: read(`${client}.pem`), key: read(`${client}.key`) };
      const call = request(
        `${server.url}/v1/events`,
        { method: 'POST', agent: false, ca: read('ca.pem'), ...keys, headers: { ...STRUCTURED, ...headers } },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
          response.on('end', () =>
            resolve(outcome({ status: response.statusCode ?? 0, json: JSON.parse(text) as unknown })),
          );
        },
      );
      call.on('error', reject).end(eventOf(host, `${String(client)} ${host}`));
    });

  it('tell who asks, by name or by fingerprint', async () => {
    expect(server.url).toMatch(/^https:/);
    expect(await post('hosta', 'hosta')).toEqual([200, 'accepted']);
    expect(await post('pinned', 'hostb')).toEqual([200, 'accepted']);
  });

  it('record for their host alone where the entry is bound to one', async () => {
    expect(await post('hosta', 'hostb')).toEqual([403, 'FORBIDDEN']);
  });

  it('of nobody who is known, of another authority, or none, let nobody in', async () => {
    const refused = [401, 'UNAUTHENTICATED'];
    expect(await post('stranger', 'hosta')).toEqual(refused);
    expect(await post('forged', 'hosta')).toEqual(refused);
    expect(await post(null, 'hosta')).toEqual(refused);
  });

  it('give way to a token', async () => {
    expect(await post(null, 'hostb', { authorization: `Bearer ${token}` })).toEqual([200, 'accepted']);
    expect(await post('hosta', 'hostc', { authorization: `Bearer ${token}` })).toEqual([200, 'accepted']);
    expect(await post('hosta', 'hosta', { authorization: 'Bearer wrong' })).toEqual([401, 'UNAUTHENTICATED']);
  });
});
