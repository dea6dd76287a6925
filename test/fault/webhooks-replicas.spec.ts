import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CONFIGURATION } from '../e2e/graphql-life.js';
import { WebhookReceiver } from '../e2e/webhook-receiver.js';
import { ProtocolServer } from '../eventstore/protocol-server.js';
import { builtServer } from './server-build.js';
import { ServerProcess } from './server-process.js';

const MINUTES = 60_000;
const KILLS = 2;
const VMS = 8;
const PATIENCE_MS = 60_000;
const REGISTER = `mutation ($input: RegisterWebhookEndpointInput!) {
  registerWebhookEndpoint(input: $input) { ... on WebhookSecretShown { endpoint { id } } }
}`;
const LAUNCH = `mutation ($input: RecordLaunchInput!) {
  recordLaunch(input: $input) { ... on Recorded { position } }
}`;
const HOLDS = 'this server sends the webhooks';

describe('two replicas that share an EventStoreDB (stand-in) and its webhooks', () => {
  let folder: string;
  let main: string;
  let database: ProtocolServer;
  let receiver: WebhookReceiver;
  let replicas: ServerProcess[] = [];
  let started = 0;

  const start = async (): Promise<ServerProcess> => {
    const directory = join(folder, String((started += 1)));
    await mkdir(directory);
    const replica = await ServerProcess.start(main, directory, {
      HOPLEDGER_WEBHOOKS_ALLOW_INSECURE: 'true',
      HOPLEDGER_WEBHOOKS_ALLOWED_NETWORKS: '127.0.0.1',
      HOPLEDGER_WEBHOOKS_LEASE_TTL_MS: '3000',
      HOPLEDGER_WEBHOOKS_KEY_FILE: join(folder, 'webhooks.key'),
      HOPLEDGER_LEDGER_ENGINE: 'eventstoredb',
      HOPLEDGER_LEDGER_CONNECTION: database.connection(),
    });
    replicas.push(replica);
    await replica.ready();
    return replica;
  };

  /** Waits for something that comes when the machine lets it. */
  const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
    const latest = Date.now() + PATIENCE_MS;
    while (!(await holds()) && Date.now() < latest) await setTimeout(50);
  };

  /** The one that took the lease last, when it runs. */
  const holder = async (): Promise<ServerProcess> => {
    let found: ServerProcess | undefined;
    await until(async () => {
      for (const replica of replicas)
        if ((await readFile(replica.log, 'utf8')).includes(HOLDS)) found = replica;
      return found !== undefined;
    });
    if (found === undefined) throw new Error('none sends');
    return found;
  };

  /** A tainted birth. @returns the VM */
  const born = async (at: ServerProcess): Promise<string> => {
    const uuid = randomUUID();
    const input = {
      idempotencyKey: uuid,
      uuid,
      host: 'hosta',
      name: 'erp',
      occurredAt: new Date().toISOString(),
      build: { version: '8.0.0' },
      configuration: CONFIGURATION,
    };
    await at.graphql(LAUNCH, { input });
    return uuid;
  };

  /** Ids of the messages that told of a VM's taint, each as often as it is another one. */
  const told = (vm: string): number =>
    new Set(
      receiver.received
        .filter(({ body }) => {
          const { type, subject } = JSON.parse(body) as { readonly type: string; readonly subject: string };
          return type === 'vm.tainted' && subject === `vm/${vm}`;
        })
        .map(({ id }) => id),
    ).size;

  beforeAll(async () => {
    main = await builtServer();
    folder = await mkdtemp(join(tmpdir(), 'hopledger-webhooks-replicas-'));
    await writeFile(join(folder, 'webhooks.key'), randomBytes(32).toString('base64'), { mode: 0o600 });
    [database, receiver] = await Promise.all([ProtocolServer.start(), WebhookReceiver.start()]);
    await Promise.all([start(), start()]);
  }, 5 * MINUTES);

  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.kill()));
    await Promise.all([receiver.close(), database.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  it(
    'tell of each VM, whichever of them is killed while it sends',
    async () => {
      const [first] = replicas;
      if (first === undefined) throw new Error('none runs');
      const registered = await first.graphql(REGISTER, {
        input: { idempotencyKey: randomUUID(), url: receiver.url },
      });
      expect(registered).toMatchObject({ registerWebhookEndpoint: { endpoint: { id: expect.any(String) } } });
      const vms: string[] = [];
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const sends = await holder();
        const other = replicas.find((replica) => replica !== sends) ?? sends;
        for (let vm = 0; vm < VMS; vm += 1) {
          vms.push(await born(other));
          if (vm === VMS / 2) await sends.kill();
        }
        replicas = [other];
        await until(() => vms.every((vm) => told(vm) > 0));
        expect(vms.map(told)).toEqual(vms.map(() => 1));
        if (kill < KILLS) await start();
      }
    },
    4 * MINUTES,
  );
});
