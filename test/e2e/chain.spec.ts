import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type RunningServer } from './running-server.js';

const UUID = '11111111-2222-4333-8444-0000000000c1';
const ALIASES = ['pci.1', 'pci.2', 'net0'];

/** A q35 guest of type 7.2 with two root ports and an e1000e; `extra` goes in at the end, as overrides do. */
const domain = (
  extra = '',
): string => `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>web01</name>
  <uuid>${UUID}</uuid>
  <os>
    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
  </os>
  <devices>
    <controller type='pci' index='0' model='pcie-root'/>
    <controller type='pci' index='1' model='pcie-root-port'>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x0'/>
    </controller>
    <controller type='pci' index='2' model='pcie-root-port'>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x1'/>
    </controller>
    <interface type='network'>
      <mac address='52:54:00:00:00:01'/>
      <model type='e1000e'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    </interface>
  </devices>
${extra}</domain>
`;
const override = (aliases: readonly string[]): string => `  <qemu:override>
${aliases
  .map(
    (alias) => `    <qemu:device alias='${alias}'>
      <qemu:frontend>
        <qemu:property name='x-pcie-err-unc-mask' type='bool' value='true'/>
      </qemu:frontend>
    </qemu:device>`,
  )
  .join('\n')}
  </qemu:override>
`;

interface HookAnswer {
  readonly answer: string;
  readonly verdict: string | null;
  readonly xml: string | null;
}

describe('a guest born on QEMU 8.0.0', () => {
  let server: RunningServer;
  let clock = Date.parse('2026-11-21T08:00:00Z');
  const tick = (): string => new Date((clock += 1000)).toISOString();
  const hook = async (
    host: string,
    operation: string,
    sub: string,
    extra: string,
    xml: string,
  ): Promise<HookAnswer> => {
    const answer = await server.post('/v1/libvirt/hook', {
      host,
      argv: ['web01', operation, sub, extra],
      xml,
      at: tick(),
    });
    expect(answer.status).toBe(200);
    return answer.json as HookAnswer;
  };
  const event = async (host: string, text: string): Promise<void> => {
    const at = tick().replace('T', ' ').replace('Z', '+0000');
    const answer = await server.post('/v1/libvirt/events', { host, lines: [`${at}: event ${text}`] });
    expect(answer.status).toBe(200);
  };
  const coldBoot = async (host: string, xml: string): Promise<void> => {
    await hook(host, 'prepare', 'begin', '-', xml);
    await hook(host, 'started', 'begin', '-', xml);
    await event(host, `'lifecycle' for domain 'web01': Started Booted`);
  };
  const hop = async (from: string, to: string, xml: string): Promise<HookAnswer> => {
    const answer = await hook(to, 'migrate', 'begin', '-', xml);
    await hook(to, 'started', 'begin', '-', answer.xml ?? xml);
    await hook(from, 'release', 'end', 'migrated', answer.xml ?? xml);
    await event(to, `'lifecycle' for domain 'web01': Resumed Migrated`);
    return answer;
  };
  const destroy = async (host: string): Promise<void> => {
    await hook(host, 'stopped', 'end', '-', domain());
    await hook(host, 'release', 'end', 'destroyed', domain());
  };
  const state = async (): Promise<{
    tainted: boolean | null;
    host: string | null;
    taints: string[];
    leftovers: { alias: string; inEffect: boolean }[];
  }> => {
    const { vm } = await server.graphql<{
      vm: {
        tainted: boolean | null;
        current: { host: string } | null;
        taints: { edges: { node: { alias: string } }[] };
        leftovers: { edges: { node: { alias: string; inEffect: boolean } }[] };
      };
    }>(`{ vm(uuid: "${UUID}") { tainted current { host } taints { edges { node { alias } } }
          leftovers { edges { node { alias inEffect } } } } }`);
    return {
      tainted: vm.tainted,
      host: vm.current?.host ?? null,
      taints: vm.taints.edges.map(({ node }) => node.alias),
      leftovers: vm.leftovers.edges.map(({ node }) => node),
    };
  };
  const assess = async (host: string): Promise<{ verdict: string; aliases: string[] }> => {
    const { assess: found } = await server.graphql<{
      assess: { verdict: string; overrides: { alias: string }[] };
    }>(
      `{ assess(subject: {vm: "${UUID}"}, destination: {host: "${host}"}) { ... on Assessment { verdict overrides { alias } } } }`,
    );
    return { verdict: found.verdict, aliases: found.overrides.map(({ alias }) => alias) };
  };

  beforeAll(async () => {
    server = await startServer();
    for (const [host, version, libvirt] of [
      ['a', '8.0.0', '9.0.0'],
      ['b', '8.2.0', '10.0.0'],
      ['c', '10.0.2', '11.3.0'],
      ['old', '8.2.0', '8.0.0'],
    ]) {
      await server.graphql(
        'mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }',
        {
          input: {
            idempotencyKey: `h-${host}`,
            host,
            builds: [{ version }],
            libvirt,
            occurredAt: '2026-11-01T00:00:00Z',
          },
        },
      );
    }
  });
  afterAll(() => server.stop());

  it('is tainted on every AER device from its cold boot', async () => {
    await coldBoot('a', domain());
    expect(await state()).toMatchObject({ tainted: true, host: 'a', taints: ALIASES });
  });

  it('needs its overrides at the first hop, by their exact aliases, and gets them', async () => {
    expect(await assess('b')).toEqual({ verdict: 'NEEDS_OVERRIDES', aliases: ALIASES });
    const answer = await hop('a', 'b', domain());
    expect(answer).toMatchObject({
      answer: 'rewritten',
      verdict: 'NEEDS_OVERRIDES',
      xml: domain(override(ALIASES)),
    });
    expect(await state()).toMatchObject({ tainted: true, host: 'b' });
  });

  it('is not cleared by a guest reset', async () => {
    await event('b', `'reboot' for domain 'web01'`);
    expect(await state()).toMatchObject({ tainted: true, taints: ALIASES });
  });

  it('needs them again at the second hop, where nothing in the XML tells of them', async () => {
    expect(await assess('c')).toEqual({ verdict: 'NEEDS_OVERRIDES', aliases: ALIASES });
    const answer = await hop('b', 'c', domain());
    expect(answer).toMatchObject({
      answer: 'rewritten',
      verdict: 'NEEDS_OVERRIDES',
      xml: domain(override(ALIASES)),
    });
  });

  it('gets a -global where libvirt is older than 8.2', async () => {
    const answer = await hook('old', 'migrate', 'begin', '-', domain());
    expect(answer.answer).toBe('rewritten');
    expect(answer.xml).toContain(`<qemu:arg value='-global'/>`);
    expect(answer.xml).toContain(`<qemu:arg value='pci-device.x-pcie-err-unc-mask=on'/>`);
    await hook('old', 'release', 'end', 'failed', domain());
  });

  it('is saved with its taint', async () => {
    await hook('c', 'stopped', 'end', '-', domain());
    await hook('c', 'release', 'end', 'saved', domain());
    await event('c', `'lifecycle' for domain 'web01': Stopped Saved`);
    const { vm } = await server.graphql<{ vm: { state: string } }>(`{ vm(uuid: "${UUID}") { state } }`);
    expect(vm.state).toBe('SAVED');
  });

  it('is clean after a cold boot on a good build', async () => {
    await coldBoot('c', domain());
    expect(await state()).toMatchObject({ tainted: false, host: 'c', taints: [], leftovers: [] });
    await destroy('c');
  });

  it('is tainted anew by an override left in the definition, which is reported as a leftover', async () => {
    await coldBoot('c', domain(override(ALIASES)));
    const now = await state();
    expect(now).toMatchObject({ tainted: true, taints: ALIASES });
    expect(now.leftovers).toEqual(ALIASES.map((alias) => ({ alias, inEffect: true })));
    await destroy('c');
  });

  it('is tainted again when the old save is restored after a clean cold boot', async () => {
    await coldBoot('c', domain());
    await destroy('c');
    const answer = await hook('c', 'restore', 'begin', '-', domain());
    expect(answer).toMatchObject({
      answer: 'rewritten',
      verdict: 'NEEDS_OVERRIDES',
      xml: domain(override(ALIASES)),
    });
    await hook('c', 'started', 'begin', '-', answer.xml ?? '');
    await event('c', `'lifecycle' for domain 'web01': Started Restored`);
    expect(await state()).toMatchObject({ tainted: true, host: 'c', taints: ALIASES });
  });

  it('is refused back on 7.2, with the way out; on 8.0.0 the override is taken out', async () => {
    await server.graphql('mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }', {
      input: {
        idempotencyKey: 'h-d',
        host: 'd',
        builds: [{ version: '7.2.22' }],
        libvirt: '9.0.0',
        occurredAt: '2026-11-01T00:00:00Z',
      },
    });
    const refused = await hook('d', 'migrate', 'begin', '-', domain(override(ALIASES)));
    expect(refused).toMatchObject({ answer: 'refused', verdict: 'BLOCKED', xml: null });
    const back = await hook('a', 'migrate', 'begin', '-', domain(override(ALIASES)));
    expect(back.answer).toBe('rewritten');
    expect(back.xml).not.toContain('x-pcie-err-unc-mask');
  });
});
