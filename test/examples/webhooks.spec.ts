import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { TestServer } from '../e2e/graphql-harness.js';
import { WebhookReceiver } from '../e2e/webhook-receiver.js';
import { startExample, type ExampleProcess } from './example-process.js';

const VM = '0f6b7c1e-52a4-4d0b-9c58-7f1de03a9b42';
const SECRET = `whsec_${randomBytes(32).toString('base64')}`;

let folder: string;
let example: ExampleProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hopledger-examples-'));
});
afterEach(async () => {
  await example?.stop();
  example = undefined;
  await rm(folder, { recursive: true, force: true });
});

const run = async (words: readonly string[], environment: Record<string, string> = {}) => {
  example = await startExample(words, { WEBHOOK_SECRET: SECRET, ...environment });
  return example;
};
/** As the server sends it. */
const post = async (
  url: string,
  message: { readonly id: string; readonly type: string },
  secret = SECRET,
) => {
  const body = JSON.stringify(message);
  const at = new Date();
  const headers = {
    'webhook-id': message.id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(message.id, at, body),
  };
  return (await fetch(url, { method: 'POST', headers, body })).status;
};
/**
 * Notes its words, one call a line, and answers `dumpxml` with a file; `define` keeps what it was given. `dominfo` speaks
 * the language of the environment, as virsh does.
 */
const fakeVirsh = async (xml: string, persistent: 'yes' | 'no' = 'yes'): Promise<string> => {
  const file = join(folder, 'virsh');
  await writeFile(join(folder, 'domain.xml'), xml);
  const dominfo = (word: string, answer: string) =>
    `printf '%-16s%s\\n' Id: 3 UUID: ${VM} '${word}:' ${answer} 'Managed save:' no`;
  await writeFile(
    file,
    `#!/bin/sh\necho "$@" >> '${folder}/calls'\n` +
      `case "$1" in dumpxml) cat '${folder}/domain.xml' ;; define) cat "$3" > '${folder}/defined.xml' ;;\n` +
      `dominfo) if [ "$LC_ALL" = C ]; then ${dominfo('Persistent', persistent)}; else ${dominfo('Dauerhaft', 'ja')}; fi ;; esac\n`,
  );
  await chmod(file, 0o755);
  return `${folder}:${process.env['PATH'] ?? ''}`;
};
const calls = () => readFile(join(folder, 'calls'), 'utf8');

describe('the receiver', () => {
  test('prints what a running hopledger sends', async () => {
    const server = await TestServer.start({
      HOPLEDGER_WEBHOOKS_ALLOW_INSECURE: 'true',
      HOPLEDGER_WEBHOOKS_ALLOWED_NETWORKS: '127.0.0.1',
    });
    // The secret is known once an endpoint is there, and the example needs it at its start: its URL comes second.
    const receiver = await WebhookReceiver.start();
    try {
      const input = { idempotencyKey: randomUUID(), url: receiver.url };
      const { data } = await server.ask(
        `mutation ($input: RegisterWebhookEndpointInput!) {
          registerWebhookEndpoint(input: $input) { ... on WebhookSecretShown { secret endpoint { id } } }
        }`,
        { input },
      );
      const { secret, endpoint } = data.registerWebhookEndpoint;
      const { url, until } = await run(['receiver.mjs'], { WEBHOOK_SECRET: secret });
      await server.ask(
        `mutation ($input: ChangeWebhookEndpointInput!) { changeWebhookEndpoint(input: $input) { __typename } }`,
        { input: { idempotencyKey: randomUUID(), endpoint: endpoint.id, url } },
      );
      await server.ask(
        `mutation ($input: WebhookEndpointInput!) { testWebhookEndpoint(input: $input) { __typename } }`,
        { input: { idempotencyKey: randomUUID(), endpoint: endpoint.id } },
      );
      await until('"type":"endpoint.test"');
      expect(receiver.received).toHaveLength(0);
    } finally {
      await server.close();
      await receiver.close();
    }
  });

  test('refuses what is not rightly signed, and takes a repeat once', async () => {
    const { url, output } = await run(['receiver.mjs']);
    const message = { id: randomUUID(), type: 'vm.tainted' };
    const other = `whsec_${randomBytes(32).toString('base64')}`;
    expect(await post(url, message, other)).toBe(401);
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
    expect(await post(url, message)).toBe(204);
    expect(await post(url, message)).toBe(204);
    expect(output.text.split(message.id)).toHaveLength(2);
  });
});

describe('remove-leftover', () => {
  const XML = `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>erp</name>
  <qemu:override>
    <qemu:device alias='pci.1'>
      <qemu:frontend>
        <qemu:property name='x-pcie-err-unc-mask' type='bool' value='true'/>
      </qemu:frontend>
    </qemu:device>
    <qemu:device alias='pci.2'>
      <qemu:frontend>
        <qemu:property name='x-speed' type='string' value='16'/>
        <qemu:property name='x-pcie-err-unc-mask' type='bool' value='true'/>
      </qemu:frontend>
    </qemu:device>
  </qemu:override>
</domain>
`;
  const tainted = (explicit: string | null) => ({
    id: randomUUID(),
    type: 'vm.tainted',
    data: {
      vm: { uuid: VM },
      taints: ['pci.1', 'pci.2'].map((alias) => ({ alias, latched: { explicit } })),
    },
  });

  test('defines the domain without the override, and leaves others in it', async () => {
    const { url } = await run(['remove-leftover.mjs'], { PATH: await fakeVirsh(XML) });
    expect(await post(url, tainted('x-pcie-err-unc-mask=on'))).toBe(204);
    expect(await calls()).toMatch(
      new RegExp(
        `^dominfo ${VM}\ndumpxml --inactive --security-info ${VM}\ndefine --validate /.*domain.xml\n$`,
      ),
    );
    const defined = await readFile(join(folder, 'defined.xml'), 'utf8');
    expect(defined).not.toContain('x-pcie-err-unc-mask');
    expect(defined).not.toContain("alias='pci.1'");
    expect(defined).toContain("<qemu:property name='x-speed' type='string' value='16'/>");
    expect(defined).toContain('<name>erp</name>');
  });

  test('leaves a transient domain be: to define it would make it persistent', async () => {
    const { url, until } = await run(['remove-leftover.mjs'], { PATH: await fakeVirsh(XML, 'no') });
    expect(await post(url, tainted('x-pcie-err-unc-mask=on'))).toBe(204);
    expect(await calls()).toBe(`dominfo ${VM}\n`);
    await until(`${VM}: is transient`);
  });

  test('touches nothing for a taint that no override made', async () => {
    const { url } = await run(['remove-leftover.mjs'], { PATH: await fakeVirsh(XML) });
    expect(await post(url, tainted(null))).toBe(204);
    await expect(calls()).rejects.toThrow('ENOENT');
  });
});

describe('arm-cold-boot', () => {
  const needed = (uuid: string) => ({
    id: randomUUID(),
    type: 'vm.cold_boot_needed',
    data: { vm: { uuid }, behaviours: ['pcie-err-unc-mask'] },
  });

  test('arms the next reboot of the running guest', async () => {
    const { url } = await run(['arm-cold-boot.mjs'], { PATH: await fakeVirsh('') });
    expect(await post(url, needed(VM))).toBe(204);
    expect(await calls()).toBe(`set-lifecycle-action ${VM} reboot destroy --live\n`);
  });

  test('takes nothing for a UUID that is none', async () => {
    const { url } = await run(['arm-cold-boot.mjs'], { PATH: await fakeVirsh('') });
    expect(await post(url, needed('--help'))).toBe(204);
    await expect(calls()).rejects.toThrow('ENOENT');
  });
});

describe('the relay', () => {
  const failed = (name: string) => ({
    id: randomUUID(),
    type: 'hop.failed',
    time: '2026-11-21T05:06:07.000Z',
    data: { vm: { uuid: VM, name, host: 'hosta', machineType: 'pc-q35-7.2' } },
  });

  test('posts an alert to Alertmanager', async () => {
    const receiver = await WebhookReceiver.start();
    try {
      const { url } = await run(['relay.mjs', 'alertmanager.json'], { RELAY_URL: receiver.url });
      const message = failed('erp');
      expect(await post(url, message)).toBe(204);
      expect(JSON.parse(receiver.received[0]?.body ?? '')).toEqual([
        {
          labels: {
            alertname: 'hopledger_hop.failed',
            severity: 'warning',
            vm: 'erp',
            uuid: VM,
            host: 'hosta',
          },
          annotations: { summary: 'hop.failed: erp on hosta', behaviours: '-', message: message.id },
          startsAt: '2026-11-21T05:06:07.000Z',
        },
      ]);
      expect(await post(url, { ...failed('erp'), type: 'hop.completed' })).toBe(204);
      expect(receiver.received).toHaveLength(1);
    } finally {
      await receiver.close();
    }
  });

  test('posts a line to Slack, in which no name can mention a channel; a failure is handed back', async () => {
    const receiver = await WebhookReceiver.start();
    try {
      const { url } = await run(['relay.mjs', 'slack.json'], { RELAY_URL: receiver.url });
      const message = failed('<!channel>');
      receiver.answer = (_received, response) => void response.writeHead(500).end();
      expect(await post(url, message)).toBe(500);
      receiver.answer = (_received, response) => void response.writeHead(200).end('ok');
      expect(await post(url, message)).toBe(204);
      expect(JSON.parse(receiver.received[1]?.body ?? '')).toEqual({
        text: '*hop.failed* &lt;!channel&gt; on hosta (pc-q35-7.2): -',
      });
    } finally {
      await receiver.close();
    }
  });
});
