import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { TestServer, tokensFile } from './graphql-harness.js';
import { command, ENDPOINT, eventually, LOCAL_RECEIVER, REGISTER, WebhookEdge } from './webhook-edge.js';
import { WebhookReceiver } from './webhook-receiver.js';

let server: TestServer;
let edge: WebhookEdge;
let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
  server = await TestServer.start(LOCAL_RECEIVER);
  edge = new WebhookEdge(server);
});
afterEach(async () => {
  await server.close();
  await receiver.close();
});

const registered = async () => {
  const { secret, endpoint } = await edge.register(receiver.url);
  return { id: endpoint.id, secret };
};

describe('webhook endpoints over GraphQL', () => {
  test('a test message arrives, signed, and the log says so', async () => {
    const { id, secret } = await registered();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { messageId } = await edge.sendTest(id);
    const [first] = await receiver.until(1);
    expect(new Webhook(secret).verify(first?.body ?? '', first?.headers ?? {})).toMatchObject({
      specversion: '1.0',
      id: messageId,
      type: 'endpoint.test',
    });
    expect(first?.headers).toMatchObject({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'webhook-id': messageId,
    });
    const [row] = await eventually(
      () => edge.deliveries({ message: messageId }),
      (rows) => rows[0]?.state === 'DELIVERED',
    );
    expect(row).toMatchObject({
      endpoint: id,
      attempts: 1,
      status: 204,
      log: [{ number: 1, outcome: 'DELIVERED', status: 204 }],
    });
  });

  test('nothing reaches an endpoint after its pause was acknowledged, and all of it after it is resumed', async () => {
    const other = await WebhookReceiver.start();
    try {
      const { id } = await registered();
      await edge.register(other.url);
      const { endpoint } = await edge.tell('pauseWebhookEndpoint', id);
      expect(endpoint.paused).toEqual({ reason: 'OPERATOR', quiet: true });
      expect(await edge.sendTest(id)).toMatchObject({ code: 'WEBHOOK_ENDPOINT_PAUSED' });
      const { uuid } = await edge.bornTainted();
      const due = await eventually(
        () => edge.deliveries({ endpoint: id, vm: uuid }),
        ({ length }) => length === 2,
      );
      // The one that is not paused has all of it: what was to be sent was sent.
      await other.until(due.length);
      await eventually(
        () => edge.deliveries({ vm: uuid, state: 'WAITING' }),
        (rows) => rows.every(({ endpoint: to }) => to === id),
      );
      expect(receiver.received).toEqual([]);
      expect((await edge.tell('resumeWebhookEndpoint', id)).endpoint.paused).toBeNull();
      const got = await receiver.until(due.length);
      expect(got.map((one) => one.id)).toEqual(other.received.map((one) => one.id));
    } finally {
      await other.close();
    }
  });

  test('a pause waits for the request that is under way', async () => {
    const { id } = await registered();
    let answered = false;
    receiver.answer = (_received, response) => {
      setTimeout(() => {
        answered = true;
        response.writeHead(204).end();
      }, 300);
    };
    await edge.sendTest(id);
    await receiver.until(1);
    const { endpoint } = await edge.tell('pauseWebhookEndpoint', id);
    expect({ answered, quiet: endpoint.paused.quiet }).toEqual({ answered: true, quiet: true });
  });

  test('a secret is shown once; after a rotation both sign', async () => {
    const idempotencyKey = randomUUID();
    const first = await edge.register(receiver.url, { idempotencyKey });
    const again = await edge.register(receiver.url, { idempotencyKey });
    expect(again).toMatchObject({ secret: null, repeated: true, endpoint: { id: first.endpoint.id } });
    const id = first.endpoint.id;
    const { secret, endpoint } = await edge.rotate(id);
    expect(endpoint.secretGeneration).toBe(1);
    await edge.sendTest(id);
    const [received] = await receiver.until(1);
    for (const one of [first.secret, secret])
      expect(() => new Webhook(one).verify(received?.body ?? '', received?.headers ?? {})).not.toThrow();
    expect(secret).not.toBe(first.secret);
    const all = await server.ask(`{ webhookEndpoints { nodes { ${ENDPOINT} } } }`);
    expect(JSON.stringify(all.data)).not.toContain('whsec_');
    expect(server.log.join('\n')).not.toContain('whsec_');
  });

  test('410 pauses the endpoint and gives up what waits', async () => {
    const { id } = await registered();
    receiver.answer = (_received, response) => void response.writeHead(410).end();
    const { uuid } = await edge.bornTainted();
    await edge.messagesOf(uuid, 'DEAD');
    // Messages about one VM wait for each other: the first alone was sent.
    expect(receiver.received).toHaveLength(1);
    expect((await edge.deliveries({ vm: uuid })).map(({ attempts }) => attempts)).toEqual([0, 1]);
    expect(await edge.shown(id)).toMatchObject({
      paused: { reason: 'GONE' },
      counts: { dead: 2, waiting: 0 },
    });
  });

  test('an endpoint that was removed is unknown', async () => {
    const { id } = await registered();
    const input = { idempotencyKey: randomUUID(), endpoint: id };
    const { data } = await server.ask(command('removeWebhookEndpoint'), { input });
    expect(data.removeWebhookEndpoint).toEqual({
      __typename: 'WebhookEndpointRecorded',
      repeated: false,
      endpoint: null,
    });
    expect(await edge.sendTest(id)).toMatchObject({ code: 'UNKNOWN_WEBHOOK_ENDPOINT' });
  });

  test.each([
    ['ftp://example.org/', 'https'],
    ['https://user:secret@example.org/', 'user name'],
    ['https://example.org:0/', 'port 0'],
    ['https://169.254.169.254/latest', 'link local'],
    ['https://[::ffff:10.0.0.1]/', 'private'],
    ['https://0x7f000002/', 'loopback'],
    [`https://example.org/${'x'.repeat(2000)}`, '2000'],
  ])('a URL is refused: number %#', async (url, why) => {
    expect(await edge.register(url)).toMatchObject({
      __typename: 'BadInput',
      field: 'url',
      message: expect.stringContaining(why),
    });
  });

  test('a filter names types that there are', async () => {
    expect(await edge.register(receiver.url, { filter: { types: ['vm.tinted'] } })).toMatchObject({
      __typename: 'BadInput',
      field: 'filter.types.0',
    });
  });
});

describe('who may', () => {
  test('operators pause and test, administrators say where data goes, readers see no URL', async () => {
    const made = tokensFile([
      { name: 'reader', role: 'reader' },
      { name: 'operator', role: 'operator' },
      { name: 'admin', role: 'admin' },
    ]);
    const guarded = await TestServer.start({ ...LOCAL_RECEIVER, HOPLEDGER_AUTH_TOKENS_FILE: made.file });
    try {
      const as = (name: string) => ({ token: made.tokens[name] ?? '' });
      const input = () => ({ idempotencyKey: randomUUID(), url: receiver.url });
      const code = async (name: string) =>
        (await guarded.ask(REGISTER, { input: input() }, as(name))).errors?.[0]?.extensions.code;
      expect([await code('reader'), await code('operator'), await code('admin')]).toEqual([
        'FORBIDDEN',
        'FORBIDDEN',
        undefined,
      ]);
      const list = '{ webhookEndpoints { nodes { id url } } }';
      expect((await guarded.ask(list, {}, as('reader'))).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      const { nodes } = (await guarded.ask(list, {}, as('operator'))).data.webhookEndpoints;
      expect(nodes).toHaveLength(1);
      const pause = { idempotencyKey: randomUUID(), endpoint: nodes[0]?.id };
      expect(
        (await guarded.ask(command('pauseWebhookEndpoint'), { input: pause }, as('operator'))).data
          .pauseWebhookEndpoint.endpoint.paused,
      ).toMatchObject({ quiet: true });
    } finally {
      await guarded.close();
      made.remove();
    }
  });
});
