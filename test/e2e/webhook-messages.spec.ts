import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '../../src/demo/client.js';
import { play } from '../../src/demo/play.js';
import { loadRecording } from '../../src/demo/recording.js';
import type { Message } from '../../src/webhooks/message.js';
import { faultsOf } from '../webhooks/check-body.js';
import { TestServer } from './graphql-harness.js';
import { WebhookReceiver } from './webhook-receiver.js';

const REGISTER = `mutation ($input: RegisterWebhookEndpointInput!) {
  registerWebhookEndpoint(input: $input) { __typename }
}`;
const LAST = '00000000-0000-4000-8000-0000000000ff';

type Body = Message['body'] & {
  readonly id: string;
  readonly type: Message['type'];
  readonly subject: string;
  readonly data: { readonly position: string };
};

describe('an endpoint that hears of everything, while the real recording is played', () => {
  let server: TestServer;
  let receiver: WebhookReceiver;
  let bodies: readonly Body[] = [];

  const waiting = async (): Promise<number> => {
    const { data } = await server.ask('{ webhookEndpoints { nodes { counts { waiting } } } }');
    return data.webhookEndpoints.nodes.reduce((sum, { counts }) => sum + counts.waiting, 0);
  };

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    server = await TestServer.start({
      HOPLEDGER_WEBHOOKS_ALLOW_INSECURE: 'true',
      HOPLEDGER_WEBHOOKS_ALLOWED_NETWORKS: '127.0.0.1',
    });
    const input = { idempotencyKey: randomUUID(), url: receiver.url };
    await server.ask(REGISTER, { input });
    const client = new Client(server.url);
    const played = play(client, loadRecording());
    while ((await played.next()).done !== true);
    // Messages are issued in the ledger's order, so all before it are in the outbox when this one is.
    await client.graphql(
      'mutation ($input: RecordLaunchInput!) { recordLaunch(input: $input) { __typename } }',
      {
        input: {
          idempotencyKey: randomUUID(),
          uuid: LAST,
          host: 'last',
          build: { version: '8.0.0', package: 'upstream' },
          configuration: {
            machineType: 'pc-q35-7.2',
            devices: [{ alias: 'pci.1', qomType: 'pcie-root-port', properties: [] }],
          },
        },
      },
    );
    const isOut = () => receiver.received.some(({ body }) => body.includes(`"subject":"vm/${LAST}"`));
    while (!isOut()) await receiver.until(receiver.received.length + 1);
    // VMs do not wait for each other.
    while ((await waiting()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    bodies = receiver.received.map(({ body }) => JSON.parse(body) as Body);
  }, 300_000);
  afterAll(async () => {
    await server.close();
    await receiver.close();
  });

  it('gets bodies that their published schemas take, with nothing in them that no schema names', () => {
    for (const body of bodies)
      expect([body.type, faultsOf({ type: body.type, body })]).toEqual([body.type, []]);
  });

  it('hears of taints, hops, advice, and of what was made without what it needed', () => {
    const types = new Set(bodies.map(({ type }) => type));
    for (const type of [
      'vm.tainted',
      'vm.cleared',
      'vm.overrides_changed',
      'hop.advised',
      'hop.completed',
      'hop.failed',
    ])
      expect(types).toContain(type);
  });

  it('gets each message once, and those of a VM in the order of the ledger', () => {
    expect(new Set(bodies.map(({ id }) => id)).size).toBe(bodies.length);
    for (const subject of new Set(bodies.map((body) => body.subject))) {
      const positions = bodies.filter((body) => body.subject === subject).map(({ data }) => data.position);
      expect(positions).toEqual(positions.toSorted());
    }
  });
});
