import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { TestServer, tokensFile } from './graphql-harness.js';
import { WebhookReceiver } from './webhook-receiver.js';

const SETTINGS = {
  HOPLEDGER_WEBHOOKS_ALLOW_INSECURE: 'true',
  HOPLEDGER_WEBHOOKS_ALLOWED_NETWORKS: '127.0.0.1',
};

const ENDPOINT = 'id url paused { reason quiet } secretGeneration canSign counts { waiting delivered dead }';

const REGISTER = `mutation ($input: RegisterWebhookEndpointInput!) {
  registerWebhookEndpoint(input: $input) {
    __typename
    ... on WebhookSecretShown { secret repeated position endpoint { ${ENDPOINT} } }
    ... on Problem { code message }
    ... on BadInput { field }
  }
}`;
const command = (field: string, input = 'WebhookEndpointInput') => `mutation ($input: ${input}!) {
  ${field}(input: $input) {
    __typename
    ... on WebhookEndpointRecorded { repeated endpoint { ${ENDPOINT} } }
    ... on Problem { code message }
  }
}`;
const TEST = `mutation ($input: WebhookEndpointInput!) {
  testWebhookEndpoint(input: $input) {
    __typename ... on WebhookTestRequested { messageId } ... on Problem { code }
  }
}`;
const DELIVERIES = `query ($filter: WebhookDeliveryFilter) {
  webhookDeliveries(filter: $filter) {
    nodes { endpoint state attempts status error message { id type } log { number outcome status } }
  }
}`;

let server: TestServer;
let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
  server = await TestServer.start(SETTINGS);
});
afterEach(async () => {
  await server.close();
  await receiver.close();
});

const register = async (more: object = {}) => {
  const input = { idempotencyKey: randomUUID(), url: receiver.url, ...more };
  return (await server.ask(REGISTER, { input })).data.registerWebhookEndpoint;
};
const registered = async () => {
  const { secret, endpoint } = await register();
  return { id: endpoint.id, secret };
};
const tell = async (field: 'pauseWebhookEndpoint' | 'resumeWebhookEndpoint', endpoint: string) =>
  (await server.ask(command(field), { input: { idempotencyKey: randomUUID(), endpoint } })).data[field];
const sendTest = async (endpoint: string) =>
  (await server.ask(TEST, { input: { idempotencyKey: randomUUID(), endpoint } })).data.testWebhookEndpoint;
const deliveries = async (filter: object) =>
  (await server.ask(DELIVERIES, { filter })).data.webhookDeliveries.nodes;
/** The outcome goes through the ledger before the log shows it. */
const eventually = async <T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> => {
  for (let tries = 0; tries < 500; tries += 1) {
    const value = await read();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never came to be');
};

describe('webhook endpoints over GraphQL', () => {
  test('a test message arrives, signed, and the log says so', async () => {
    const { id, secret } = await registered();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { messageId } = await sendTest(id);
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
      () => deliveries({ message: messageId }),
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
    const { id } = await registered();
    await sendTest(id);
    await receiver.until(1);
    const { endpoint } = await tell('pauseWebhookEndpoint', id);
    expect(endpoint.paused).toEqual({ reason: 'OPERATOR', quiet: true });
    expect(await sendTest(id)).toMatchObject({ code: 'WEBHOOK_ENDPOINT_PAUSED' });
    expect((await tell('resumeWebhookEndpoint', id)).endpoint.paused).toBeNull();
    await sendTest(id);
    await receiver.until(2);
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
    await sendTest(id);
    await receiver.until(1);
    const { endpoint } = await tell('pauseWebhookEndpoint', id);
    expect({ answered, quiet: endpoint.paused.quiet }).toEqual({ answered: true, quiet: true });
  });

  test('a secret is shown once; after a rotation both sign', async () => {
    const idempotencyKey = randomUUID();
    const first = await register({ idempotencyKey });
    const again = await register({ idempotencyKey });
    expect(again).toMatchObject({ secret: null, repeated: true, endpoint: { id: first.endpoint.id } });
    const id = first.endpoint.id;
    const rotate = `mutation ($input: RotateWebhookSecretInput!) {
      rotateWebhookSecret(input: $input) { ... on WebhookSecretShown { secret endpoint { secretGeneration } } }
    }`;
    const { data } = await server.ask(rotate, { input: { idempotencyKey: randomUUID(), endpoint: id } });
    const { secret, endpoint } = data.rotateWebhookSecret;
    expect(endpoint.secretGeneration).toBe(1);
    await sendTest(id);
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
    await sendTest(id);
    const shown = () => server.ask(`query ($id: UUID!) { webhookEndpoint(id: $id) { ${ENDPOINT} } }`, { id });
    const { data } = await eventually(shown, (answer) => JSON.stringify(answer.data).includes('GONE'));
    expect(data.webhookEndpoint).toMatchObject({ paused: { reason: 'GONE' }, counts: { dead: 1 } });
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
    expect(await sendTest(id)).toMatchObject({ code: 'UNKNOWN_WEBHOOK_ENDPOINT' });
  });

  test.each([
    ['ftp://example.org/', 'https'],
    ['https://user:secret@example.org/', 'user name'],
    ['https://169.254.169.254/latest', 'link local'],
    ['https://[::ffff:10.0.0.1]/', 'private'],
    ['https://0x7f000002/', 'loopback'],
    [`https://example.org/${'x'.repeat(2000)}`, '2000'],
  ])('a URL is refused: number %#', async (url, why) => {
    expect(await register({ url })).toMatchObject({
      __typename: 'BadInput',
      field: 'url',
      message: expect.stringContaining(why),
    });
  });

  test('a filter names types that there are', async () => {
    expect(await register({ filter: { types: ['vm.tinted'] } })).toMatchObject({
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
    const guarded = await TestServer.start({ ...SETTINGS, HOPLEDGER_AUTH_TOKENS_FILE: made.file });
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
