import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TestServer } from './graphql-harness.js';
import { LOCAL_RECEIVER, WebhookEdge } from './webhook-edge.js';
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

describe('a replay of a range', () => {
  test('of what was given up sends that, in its order, and nothing else', async () => {
    const { endpoint } = await edge.register(receiver.url);
    const first = await edge.bornTainted();
    await edge.messagesOf(first.uuid, 'DELIVERED');
    receiver.answer = (_received, response) => void response.writeHead(410).end();
    const second = await edge.bornTainted();
    const dead = await edge.messagesOf(second.uuid, 'DEAD');
    receiver.answer = (_received, response) => void response.writeHead(204).end();
    await edge.tell('resumeWebhookEndpoint', endpoint.id);

    const before = receiver.received.length;
    const asked = { endpoint: endpoint.id, from: first.position, to: second.position, deadOnly: true };
    expect(await edge.replay(asked)).toEqual({ count: dead.length, nextFrom: null });
    expect(await edge.messagesOf(second.uuid, 'DELIVERED')).toEqual(dead);
    expect(receiver.received.slice(before).map(({ id }) => id)).toEqual(dead);
    expect(await edge.replay(asked)).toEqual({ count: 0, nextFrom: null });
  });

  test('takes both its ends and nothing beyond, also from before the endpoint was', async () => {
    await edge.register(receiver.url);
    const guests: { readonly position: string; readonly messages: readonly string[] }[] = [];
    for (let n = 0; n < 4; n += 1) {
      const { uuid, position } = await edge.bornTainted();
      guests.push({ position, messages: await edge.messagesOf(uuid, 'DELIVERED') });
    }
    const late = await WebhookReceiver.start();
    try {
      const { endpoint } = await edge.register(late.url);
      const [, from, to] = guests;
      const asked = [...(from?.messages ?? []), ...(to?.messages ?? [])];
      const range = { from: from?.position, to: to?.position };
      expect(await edge.replay({ endpoint: endpoint.id, ...range })).toEqual({
        count: asked.length,
        nextFrom: null,
      });
      const { messageId } = await edge.sendTest(endpoint.id);
      const got = (await late.until(asked.length + 1)).map(({ id }) => id);
      expect(got.toSorted()).toEqual([...asked, messageId].toSorted());
      for (const { messages } of [from, to].flatMap((guest) => guest ?? []))
        expect(got.filter((id) => messages.includes(id))).toEqual(messages);
    } finally {
      await late.close();
    }
  });

  test('for an endpoint takes what its filter takes today', async () => {
    const { endpoint } = await edge.register(receiver.url, { filter: { types: ['vm.drift'] } });
    const { position } = await edge.bornTainted();
    const all = { endpoint: endpoint.id, from: position };
    expect(await edge.replay(all)).toEqual({ count: 0, nextFrom: null });
    const { endpoint: other } = await edge.register(receiver.url, { filter: { types: ['vm.tainted'] } });
    expect(await edge.replay({ ...all, endpoint: other.id })).toEqual({ count: 1, nextFrom: null });
  });
});
