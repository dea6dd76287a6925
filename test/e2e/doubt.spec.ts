import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type RunningServer } from './running-server.js';

const domain = (uuid: string, name: string, machine = 'pc-q35-7.2', more = ''): string => `<domain type='kvm'>
  <name>${name}</name>
  <uuid>${uuid}</uuid>
  <os><type arch='x86_64' machine='${machine}'>hvm</type></os>
  <devices>
    <controller type='pci' index='0' model='pcie-root'/>
    <controller type='pci' index='1' model='pcie-root-port'/>
${more}  </devices>
</domain>
`;
const withDevice = (xml: string, device: string): string =>
  xml.replace(
    '</domain>',
    `<qemu:commandline xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><qemu:arg value='-device'/><qemu:arg value='${device}'/></qemu:commandline></domain>`,
  );
const uuidOf = (n: number): string => `22222222-2222-4333-8444-${String(n).padStart(12, '0')}`;

interface Answer {
  readonly verdict: string;
  readonly answer: string;
  readonly xml: string | null;
  readonly message: string | null;
}

describe('where a fact is missing', () => {
  let server: RunningServer;
  let clock = Date.parse('2026-11-21T08:00:00Z');
  const tick = (): string => new Date((clock += 1000)).toISOString();
  const report = (host: string, version: string, occurredAt: string): Promise<unknown> =>
    server.graphql('mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }', {
      input: {
        idempotencyKey: `${host} ${version}`,
        host,
        builds: [{ version }],
        libvirt: '11.0.0',
        occurredAt,
      },
    });
  const hook = async (host: string, operation: string, extra: string, xml: string): Promise<Answer> => {
    const sub = operation === 'release' || operation === 'stopped' ? 'end' : 'begin';
    const name = /<name>(.*)<\/name>/.exec(xml)?.[1] ?? '';
    const { status, json } = await server.post('/v1/libvirt/hook', {
      host,
      argv: [name, operation, sub, extra],
      xml,
      at: tick(),
    });
    expect(status).toBe(200);
    return json as Answer;
  };
  /** The same question over GraphQL, of a hop that nobody has begun. */
  const asked = async (uuid: string, host: string, build = ''): Promise<unknown> => {
    const { assess } = await server.graphql<{ assess: unknown }>(
      `{ assess(subject: { vm: "${uuid}" }, destination: { host: "${host}" ${build} }) {
        ... on Assessment { verdict reasons { kind text } }
        ... on Problem { code message }
      } }`,
    );
    return assess;
  };
  const event = async (host: string, text: string): Promise<{ status: number; json: unknown }> =>
    server.post('/v1/libvirt/events', {
      host,
      lines: [`${tick().replace('T', ' ').replace('Z', '+0000')}: event ${text}`],
    });

  beforeAll(async () => {
    server = await startServer();
    await report('good', '10.0.2', '2026-11-01T00:00:00Z');
  });
  afterAll(() => server.stop());

  it('a guest booted before its host first reported is not called safe: the host may have been upgraded since', async () => {
    const xml = domain(uuidOf(1), 'early');
    await hook('late', 'started', '-', xml);
    await report('late', '8.2.0', new Date((clock += 3_600_000)).toISOString());
    expect(await hook('good', 'migrate', '-', xml)).toMatchObject({ verdict: 'RISKY', answer: 'warned' });
  });

  it('a destination that first reported later, or is retired, is not called safe: its QEMU may be another', async () => {
    const xml = domain(uuidOf(9), 'trusting');
    await hook('good', 'started', '-', xml);
    await event('good', "'lifecycle' for domain 'trusting': Started Booted");
    await report('sure', '10.0.2', '2026-11-01T00:00:00Z');
    expect(await hook('sure', 'migrate', '-', xml)).toMatchObject({ verdict: 'SAFE', answer: 'unchanged' });
    await report('newcomer', '10.0.2', new Date(clock + 86_400_000).toISOString());
    const early = await hook('newcomer', 'migrate', '-', xml);
    expect(early).toMatchObject({ verdict: 'RISKY', answer: 'warned' });
    expect(early.message).toContain('newcomer: it had not reported its QEMU yet');
    await server.graphql('mutation ($input: RetireHostInput!) { retireHost(input: $input) { __typename } }', {
      input: { idempotencyKey: 'retired', host: 'sure', occurredAt: tick() },
    });
    const late = await hook('sure', 'migrate', '-', xml);
    expect(late).toMatchObject({ verdict: 'RISKY', answer: 'warned' });
    expect(late.message).toContain('retired');
    expect(await asked(uuidOf(9), 'newcomer')).toMatchObject({ verdict: 'SAFE' });
    expect(await asked(uuidOf(9), 'sure')).toMatchObject({
      verdict: 'RISKY',
      reasons: [{ kind: 'ASSUMED', text: expect.stringContaining('sure: it is retired') }],
    });
  });

  it('a destination with several QEMUs is not called safe, by the hook or over GraphQL, unless one is named', async () => {
    const xml = domain(uuidOf(10), 'choosing');
    await hook('good', 'started', '-', xml);
    await event('good', "'lifecycle' for domain 'choosing': Started Booted");
    await server.graphql('mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }', {
      input: {
        idempotencyKey: 'both',
        host: 'both',
        builds: [{ version: '10.0.2' }, { version: '8.0.0' }],
        libvirt: '11.0.0',
        occurredAt: '2026-11-01T00:00:00Z',
      },
    });
    expect(await hook('both', 'migrate', '-', xml)).toMatchObject({ verdict: 'RISKY', answer: 'warned' });
    expect(await asked(uuidOf(10), 'both')).toMatchObject({
      verdict: 'RISKY',
      reasons: [{ kind: 'ASSUMED', text: 'both: it has several QEMUs, of which the first is assumed' }],
    });
    expect(await asked(uuidOf(10), 'both', 'build: { version: "10.0.2" }')).toMatchObject({
      verdict: 'SAFE',
    });
  });

  it('the QEMU that the domain names as its <emulator> is the one asked about, at both ends of a hop', async () => {
    const paths = { good: '/usr/bin/qemu-system-x86_64', bad: '/opt/qemu-8.0/bin/qemu-system-x86_64' };
    await server.graphql('mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }', {
      input: {
        idempotencyKey: 'two paths',
        host: 'paths',
        builds: [
          { version: '10.0.2', emulator: paths.good },
          { version: '8.0.0', emulator: paths.bad },
        ],
        libvirt: '11.0.0',
        occurredAt: '2026-11-01T00:00:00Z',
      },
    });
    const on = (path: string, uuid: string, name: string): string =>
      domain(uuid, name).replace('<devices>', `<devices><emulator>${path}</emulator>`);
    const born = async (path: string, uuid: string, name: string): Promise<Answer> => {
      const xml = on(path, uuid, name);
      await hook('paths', 'started', '-', xml);
      await event('paths', `'lifecycle' for domain '${name}': Started Booted`);
      return hook('good', 'migrate', '-', xml);
    };
    expect(await born(paths.good, uuidOf(11), 'fine')).toMatchObject({
      verdict: 'SAFE',
      answer: 'unchanged',
    });
    expect(await born(paths.bad, uuidOf(12), 'ill')).toMatchObject({
      verdict: 'NEEDS_OVERRIDES',
      answer: 'rewritten',
    });
    const arriving = await hook('paths', 'migrate', '-', on(paths.good, uuidOf(12), 'ill'));
    expect(arriving).toMatchObject({ verdict: 'NEEDS_OVERRIDES', answer: 'rewritten' });
    const elsewhere = await hook('paths', 'migrate', '-', on('/opt/other/qemu', uuidOf(11), 'fine'));
    expect(elsewhere).toMatchObject({ verdict: 'RISKY', answer: 'warned' });
    expect(elsewhere.message).toContain('paths: it reported no QEMU at /opt/other/qemu');
  });

  it('a restore that may be of an older, tainted save is not called safe', async () => {
    await report('bad', '8.0.0', '2026-11-01T00:00:00Z');
    const xml = domain(uuidOf(2), 'twice');
    await hook('bad', 'started', '-', xml);
    await hook('bad', 'release', 'saved', xml);
    await hook('good', 'started', '-', xml);
    await event('good', "'lifecycle' for domain 'twice': Started Booted");
    await hook('good', 'release', 'saved', xml);
    expect(await hook('good', 'restore', '-', xml)).toMatchObject({ verdict: 'RISKY' });
  });

  it('another machine type is refused', async () => {
    await hook('good', 'started', '-', domain(uuidOf(3), 'moved'));
    expect(await hook('bad', 'migrate', '-', domain(uuidOf(3), 'moved', 'pc-q35-8.0'))).toMatchObject({
      verdict: 'BLOCKED',
      answer: 'refused',
    });
  });

  it('a device of the command line is given what it needs in its own argument', async () => {
    const xml = domain(uuidOf(7), 'raw');
    await hook('bad', 'started', '-', xml);
    const device = '{"driver":"e1000e","id":"raw0","x-pcie-err-unc-mask":false}';
    const answer = await hook('good', 'migrate', '-', withDevice(xml, device));
    // libvirt reaches no device of the command line with an override, and QEMU's `-set` none in JSON.
    expect(answer).toMatchObject({ answer: 'rewritten', verdict: 'NEEDS_OVERRIDES' });
    expect(answer.xml?.replaceAll('&#34;', '"')).toContain(
      `{"driver":"e1000e","id":"raw0","x-pcie-err-unc-mask":true}`,
    );
    expect(answer.xml).not.toContain("alias='raw0'");
  });

  it('an XML that would fail even rewritten is not passed off as mended', async () => {
    const xml = domain(uuidOf(8), 'stubborn');
    await hook('bad', 'started', '-', xml);
    const twice = ['true', 'false'].map(
      (value) =>
        `<qemu:override xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><qemu:device alias='pci.1'><qemu:frontend><qemu:property name='x-pcie-err-unc-mask' type='bool' value='${value}'/></qemu:frontend></qemu:device></qemu:override>`,
    );
    const answer = await hook('good', 'migrate', '-', xml.replace('</domain>', `${twice.join('')}</domain>`));
    expect(answer).toMatchObject({ answer: 'refused', xml: null });
    expect(answer.message).toContain('outranks');
  });

  it('a VM may be called constructor', async () => {
    await hook('good', 'started', '-', domain(uuidOf(4), 'constructor'));
    const { status, json } = await event('good', "'reboot' for domain 'constructor'");
    expect({ status, json }).toMatchObject({ status: 200, json: { recorded: 1 } });
  });

  it('an old log of another VM of that name does not take its events', async () => {
    const xml = domain(uuidOf(5), 'reused');
    await hook('good', 'started', '-', xml);
    const log = [
      '2020-01-01 00:00:00.000+0000: starting up libvirt version: 6.0.0, package: 1, qemu version: 5.2.0, kernel: 5.4, hostname: good',
      `/usr/bin/qemu-system-x86_64 \\`,
      `-name guest=reused \\`,
      `-machine pc-q35-5.2 \\`,
      `-uuid ${uuidOf(6)}`,
      '2020-01-02 00:00:00.000+0000: shutting down, reason=destroyed',
      '',
    ].join('\n');
    expect((await server.post('/v1/libvirt/logs?host=good&file=reused.log', log)).status).toBe(200);
    await event('good', "'reboot' for domain 'reused'");
    const { vm } = await server.graphql<{ vm: { events: { edges: { node: { type: string } }[] } } }>(
      `{ vm(uuid: "${uuidOf(5)}") { events(first: 50) { edges { node { type } } } } }`,
    );
    expect(vm.events.edges.map(({ node }) => node.type)).toContain('GuestReset');
  });
});
