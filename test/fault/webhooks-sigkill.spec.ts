import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { openLedger } from '../../src/ledger/open.js';
import { DEFAULT_LIMITS } from '../../src/ledger/limits.js';
import { Journal } from '../../src/webhooks/journal.js';
import { WebhookReceiver } from '../e2e/webhook-receiver.js';
import { Random } from '../synthetic/random.js';
import { builtServer } from './server-build.js';
import { ServerProcess } from './server-process.js';
import { sampleMessage } from './webhook-messages.js';

const MESSAGES = 600;
const VMS = 30;
const KILLS = 4;
const MINUTES = 60_000;
const SETTINGS = {
  HOPLEDGER_WEBHOOKS_ALLOW_INSECURE: 'true',
  HOPLEDGER_WEBHOOKS_ALLOWED_NETWORKS: '127.0.0.1',
};
const REGISTER = `mutation ($input: RegisterWebhookEndpointInput!) {
  registerWebhookEndpoint(input: $input) { ... on WebhookSecretShown { secret endpoint { id } } }
}`;
const COUNTS = '{ webhookEndpoints { nodes { counts { waiting delivered dead } } } }';

interface Counts {
  readonly waiting: number;
  readonly delivered: number;
  readonly dead: number;
}

describe('a server that is killed while it sends, and whose webhooks.db is deleted', () => {
  let directory: string;
  let main: string;
  let server: ServerProcess | undefined;
  let receiver: WebhookReceiver;
  let secret: string;

  const start = async (): Promise<ServerProcess> => {
    server = await ServerProcess.start(main, directory, SETTINGS);
    return server;
  };
  const counts = async (from: ServerProcess): Promise<Counts | undefined> => {
    const { webhookEndpoints } = await from.graphql<{
      webhookEndpoints: { nodes: readonly { counts: Counts }[] };
    }>(COUNTS);
    return webhookEndpoints.nodes[0]?.counts;
  };
  const allDelivered = async (from: ServerProcess): Promise<Counts | undefined> => {
    for (let tries = 0; tries < 600; tries += 1) {
      const now = await counts(from);
      if (now?.waiting === 0 && now.delivered === MESSAGES) return now;
      await setTimeout(50);
    }
    return counts(from);
  };
  /** As the issuer would, into the ledger that no server has open. */
  const issue = async (): Promise<void> => {
    const path = join(directory, 'ledger.db');
    const ledger = await openLedger({ engine: 'sqlite', path, limits: DEFAULT_LIMITS });
    const journal = new Journal({ ledger, name: 'test', ttlMs: 15_000, sole: true });
    const held = new Promise<void>((resolve) => void journal.onHolding(() => resolve()));
    journal.start();
    await held;
    const messages = Array.from({ length: MESSAGES }, (_, n) => sampleMessage(n, VMS));
    await journal.issue({ after: journal.state.through, through: await ledger.head(), messages });
    await journal.stop();
    await ledger.close();
  };

  beforeAll(async () => {
    main = await builtServer();
    directory = await mkdtemp(join(tmpdir(), 'hopledger-webhooks-sigkill-'));
    receiver = await WebhookReceiver.start();
    const first = await start();
    const input = { idempotencyKey: randomUUID(), url: receiver.url };
    const answer = await first.graphql<{ registerWebhookEndpoint: { secret: string } }>(REGISTER, { input });
    secret = answer.registerWebhookEndpoint.secret;
    await first.end();
    await issue();
    const random = new Random(20_261_121);
    let running = await start();
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await receiver.until(Math.floor((kill * MESSAGES) / (KILLS + 1)));
      await setTimeout(random.between(0, 10));
      await running.kill();
      running = await start();
    }
  }, 5 * MINUTES);

  afterAll(async () => {
    if (server?.child.exitCode === null) await server.kill();
    await receiver.close();
    await rm(directory, { recursive: true, force: true });
  });

  test(
    'nothing is lost, in the order of each VM, and every request was signed',
    async () => {
      if (server === undefined) throw new Error('no server runs');
      expect(await allDelivered(server)).toEqual({
        waiting: 0,
        delivered: MESSAGES,
        dead: 0,
      });
      const first = new Map<string, number>();
      for (const { id, body, headers } of receiver.received) {
        const verified = new Webhook(secret).verify(body, headers) as { data: { n: number } };
        if (!first.has(id)) first.set(id, verified.data.n);
      }
      expect(first.size).toBe(MESSAGES);
      for (let vm = 0; vm < VMS; vm += 1) {
        const ofVm = [...first.values()].filter((n) => n % VMS === vm);
        expect(ofVm).toEqual(ofVm.toSorted((a, b) => a - b));
      }
    },
    2 * MINUTES,
  );

  test(
    'without its webhooks.db it builds that anew and sends nothing again',
    async () => {
      await server?.end();
      const before = receiver.received.length;
      for (const name of await readdir(directory))
        if (name.startsWith('webhooks.db')) await rm(join(directory, name));
      const again = await start();
      expect(await allDelivered(again)).toEqual({ waiting: 0, delivered: MESSAGES, dead: 0 });
      // A message that is new goes out: whatever was to be sent again would have gone before it.
      const { webhookEndpoints } = await again.graphql<{
        webhookEndpoints: { nodes: readonly { id: string }[] };
      }>('{ webhookEndpoints { nodes { id } } }');
      await again.graphql(
        'mutation ($input: WebhookEndpointInput!) { testWebhookEndpoint(input: $input) { __typename } }',
        { input: { idempotencyKey: randomUUID(), endpoint: webhookEndpoints.nodes[0]?.id } },
      );
      const received = await receiver.until(before + 1);
      expect(received).toHaveLength(before + 1);
      expect(received.at(-1)?.body).toContain('endpoint.test');
      expect((await again.end()).code).toBe(0);
    },
    2 * MINUTES,
  );
});
