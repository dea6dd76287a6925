import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { TestServer } from './graphql-harness.js';
import { eventually, LOCAL_RECEIVER, WebhookEdge } from './webhook-edge.js';
import { WebhookReceiver, type Received } from './webhook-receiver.js';

const KEY = randomBytes(32).toString('base64');

let folder: string;
let keyFile: string;
let receiver: WebhookReceiver;
let server: TestServer;
let edge: WebhookEdge;

const started = async (): Promise<void> => {
  server = await TestServer.start({
    ...LOCAL_RECEIVER,
    HOPLEDGER_LEDGER_ENGINE: 'sqlite',
    HOPLEDGER_DATA_DIRECTORY: folder,
    HOPLEDGER_WEBHOOKS_KEY_FILE: keyFile,
  });
  edge = new WebhookEdge(server);
};
const restartedWith = async (key: string): Promise<void> => {
  await server.close();
  writeFileSync(keyFile, key, { mode: 0o600 });
  await started();
};
const signed = (secret: string, received: Received | undefined): boolean => {
  try {
    new Webhook(secret).verify(received?.body ?? '', received?.headers ?? {});
    return true;
  } catch {
    return false;
  }
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hopledger-webhook-key-'));
  keyFile = join(folder, 'shared.key');
  writeFileSync(keyFile, KEY, { mode: 0o600 });
  receiver = await WebhookReceiver.start();
  await started();
});
afterEach(async () => {
  await server.close();
  await receiver.close();
  rmSync(folder, { recursive: true });
});

describe('a server with another master key', () => {
  let id: string;
  let secret: string;
  let waiting: readonly string[];

  beforeEach(async () => {
    const made = await edge.register(receiver.url);
    ({
      secret,
      endpoint: { id },
    } = made);
    await restartedWith(randomBytes(32).toString('base64'));
    const { uuid } = await edge.bornTainted();
    waiting = await edge.messagesOf(uuid, 'WAITING');
    await eventually(
      async () => server.log.join('\n'),
      (log) => log.includes(`nothing is sent to endpoint ${id}: its secret comes from another master key`),
    );
  });

  test('sends nothing to an endpoint of the former one, and says so', async () => {
    expect(await edge.shown(id)).toMatchObject({ canSign: false, counts: { delivered: 0, dead: 0 } });
    expect(receiver.received).toEqual([]);
    expect(server.log.join('\n')).not.toContain(KEY);
  });

  test('sends what waited, by the same secret, when the key is put back', async () => {
    await restartedWith(KEY);
    const received = await receiver.until(waiting.length);
    expect(received.map((one) => one.id)).toEqual(waiting);
    for (const one of received) expect(signed(secret, one)).toBe(true);
    expect(await edge.shown(id)).toMatchObject({ canSign: true });
  });

  test('sends what waited once the secret is rotated, by the new one alone', async () => {
    const rotated = await edge.rotate(id);
    const received = await receiver.until(waiting.length);
    expect(received.map((one) => [one.id, signed(rotated.secret, one), signed(secret, one)])).toEqual(
      waiting.map((message) => [message, true, false]),
    );
  });
});
