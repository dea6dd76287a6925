import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { CliUnderTest } from './cli-process.js';
import { WebhookReceiver } from './webhook-receiver.js';

const cli = new CliUnderTest();
const VM = '0f6b7c1e-52a4-4d0b-9c58-7f1de03a9b42';
let directory: string;
let receiver: WebhookReceiver;
let environment: Record<string, string>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopledger-webhook-cli-'));
  receiver = await WebhookReceiver.start();
  const { url } = await cli.serve({
    HOPLEDGER_DATA_DIRECTORY: directory,
    HOPLEDGER_WEBHOOKS_ALLOW_INSECURE: 'true',
    HOPLEDGER_WEBHOOKS_ALLOWED_NETWORKS: '127.0.0.1',
  });
  environment = { HOPLEDGER_URL: url };
}, 300_000);
afterAll(async () => {
  await cli.stopAll();
  await receiver.close();
  await rm(directory, { recursive: true, force: true });
});

const hop = (...words: readonly string[]) => cli.run(words, environment);
const json = async <T>(...words: readonly string[]): Promise<T> => {
  const { code, out, err } = await hop(...words, '--json');
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as T;
};

describe('hopledger webhook', () => {
  let id: string;
  let secret: string;

  test('registers an endpoint, and shows its secret once', async () => {
    const made = await json<{ id: string; secret: string }>(
      'webhook',
      'add',
      receiver.url,
      '--type',
      'vm.tainted',
    );
    ({ id, secret } = made);
    expect(secret).toMatch(/^whsec_/);
    const shown = await hop('webhook', 'show', id);
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('type vm.tainted') });
    expect(shown.out).not.toContain('whsec_');
    expect((await hop('webhook', 'list')).out).toContain('active');
  });

  test('tests it', async () => {
    expect(await hop('webhook', 'test', id)).toMatchObject({ code: 0, out: 'delivered, answered 204\n' });
  });

  test('has a VM that is born tainted told of, with what its next hop needs', async () => {
    const launched = await hop(
      ...['record', 'launch', VM, '--host', 'hosta', '--name', 'erp', '--qemu', '8.0.0'],
      ...['--machine-type', 'pc-q35-7.2', '--device', 'alias=pci.1,type=pcie-root-port,address=0000:00:01.0'],
    );
    expect(launched).toMatchObject({ code: 0 });
    const received = await receiver.until(2);
    const { body = '', headers = {} } = received[1] ?? {};
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({
      type: 'vm.tainted',
      subject: `vm/${VM}`,
      data: { vm: { uuid: VM, name: 'erp' }, behaviours: expect.arrayContaining(['pcie-err-unc-mask']) },
    });
  });

  test('pauses, resumes, rotates, changes', async () => {
    expect((await hop('webhook', 'pause', id)).out).toBe('paused: nothing is under way\n');
    expect(await hop('webhook', 'test', id)).toMatchObject({
      code: 1,
      err: expect.stringContaining('WEBHOOK_ENDPOINT_PAUSED'),
    });
    expect((await hop('webhook', 'resume', id)).out).toBe('resumed\n');
    const rotated = await json<{ secret: string }>('webhook', 'rotate', id);
    expect(rotated.secret).not.toBe(secret);
    expect(await hop('webhook', 'change', id, '--no-filter', '--per-second', '10')).toMatchObject({
      code: 0,
    });
    expect(await json('webhook', 'show', id)).toMatchObject({
      filter: { types: null },
      limits: { concurrency: 8, perSecond: 10 },
    });
  });

  test('shows the log, and sends again what is asked for', async () => {
    const rows = await json<{ state: string; message: { id: string; type: string } }[]>(
      ...['webhook', 'deliveries', '--vm', VM],
    );
    expect(rows).toMatchObject([{ state: 'DELIVERED', message: { type: 'vm.tainted' } }]);
    const before = receiver.received.length;
    const message = rows[0]?.message.id ?? '';
    expect((await hop('webhook', 'replay', id, '--message', message)).out).toBe('1 message put again\n');
    const received = await receiver.until(before + 1);
    expect(received.at(-1)?.id).toBe(message);
  });

  test('removes it', async () => {
    expect((await hop('webhook', 'remove', id)).out).toBe('removed\n');
    expect(await hop('webhook', 'show', id)).toMatchObject({
      code: 1,
      err: expect.stringContaining('UNKNOWN_WEBHOOK_ENDPOINT'),
    });
  });
});
