import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadRecording } from '../../src/demo/recording.js';
import { startServer } from '../e2e/running-server.js';
import { Answering, own, type Reply } from './answering.js';
import { eventually, hasCurl, Kit } from './kit.js';

const recording = loadRecording();
const STARTED = recording.xml('003-hosta-vm1-started-begin.xml');
const UUID = /<uuid>(.*)<\/uuid>/.exec(STARTED)?.[1] ?? '';
const NOBODY = 'http://127.0.0.1:9';

(hasCurl ? describe : describe.skip)('the list of tainted VMs', () => {
  let kit: Kit;
  let fake: Answering | undefined;
  beforeEach(() => {
    kit = new Kit({ server: NOBODY, host: 'hosta' });
  });
  afterEach(async () => {
    await kit.remove();
    await fake?.close();
    fake = undefined;
  });
  const answering = async (answer: (path: string) => Reply): Promise<Answering> => {
    fake = await Answering.start(({ url }) => answer(url.pathname + url.search));
    kit.configure({ server: fake.url, host: 'hosta' });
    return fake;
  };

  it('learns which VMs are tainted, and takes half a list for none', async () => {
    const list = kit.path('var/lib/hopledger-host/advice/list');
    mkdirSync(kit.path('var/lib/hopledger-host/advice'), { recursive: true });
    writeFileSync(list, 'hopledger-advice 1 0\n');
    for (const body of [
      '',
      'hopledger-advice 1 2\n' + `${UUID} tainted\n`,
      '<html>',
      'hopledger-advice 2 0\n',
    ]) {
      await fake?.close();
      await answering(() => ({ status: 200, headers: { 'hopledger-request': 'r' }, body }));
      await kit.host('deliver');
      expect(readFileSync(list, 'utf8')).toBe('hopledger-advice 1 0\n');
    }
    await fake?.close();
    await answering(() => ({
      status: 200,
      headers: { 'hopledger-request': 'r' },
      body: `hopledger-advice 1 1\n${UUID} tainted\n`,
    }));
    await kit.host('deliver');
    expect(readFileSync(list, 'utf8')).toContain(UUID);
  });

  it('takes any VM for tainted that it knows nothing of, where there are more than the list holds', async () => {
    const migrate = ['vm1', 'migrate', 'begin', '-'];
    expect((await kit.hook(migrate, STARTED)).status).toBe(0);
    const body = `hopledger-advice 1 1 more\n99999999-2222-4333-8444-000000000001 tainted\n`;
    await answering((path) => ({
      ...own('recorded'),
      ...(path.includes('/advice') ? { status: 200, body } : {}),
    }));
    await kit.host('deliver');
    kit.configure({ server: NOBODY, host: 'hosta' });
    expect((await kit.hook(migrate, STARTED)).status).toBe(1);
  });
});

(hasCurl ? describe : describe.skip)('a host that lost its server', () => {
  it('refuses the hop of a VM that it last heard is tainted, although it never ran there, and lets others pass', async () => {
    const server = await startServer();
    const [birthplace, destination] = ['hosta', 'hostb'].map((host) => new Kit({ server: server.url, host }));
    if (birthplace === undefined || destination === undefined) throw new Error('no kits');
    try {
      for (const { name, qemu, libvirt } of recording.hosts)
        await server.graphql(
          'mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }',
          { input: { idempotencyKey: name, host: name, builds: [qemu], libvirt: libvirt.version } },
        );
      for (const operation of ['prepare', 'start', 'started'])
        await birthplace.hook(['vm1', operation, 'begin', '-'], STARTED);
      await eventually(async () =>
        (await (await fetch(`${server.url}/v1/libvirt/advice?host=hostb`)).text()).includes(UUID),
      );
      expect((await destination.host('deliver')).status).toBe(0);
      await server.stop();
      const migrate = ['vm1', 'migrate', 'begin', '-'];
      const tainted = recording.xml('005-hostb-vm1-migrate-begin.xml');
      const { status, out, err } = await destination.hook(migrate, tainted);
      expect({ status, out }).toEqual({ status: 1, out: '' });
      expect(err).toContain('the policy for tainted VMs is fail-closed');
      const other = tainted.replace(UUID, '99999999-2222-4333-8444-000000000001');
      expect((await destination.hook(migrate, other)).status).toBe(0);
    } finally {
      await Promise.all([birthplace.remove(), destination.remove()]);
      await server.stop();
    }
  });
});
