import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onEventStoreDB } from './ledger-under-test.js';
import { startServer, type RunningServer } from './running-server.js';

const UUID = '11111111-2222-4333-8444-00000000000a';
const XML = `<domain type='kvm'>
  <name>web01</name>
  <uuid>${UUID}</uuid>
  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
  <devices>
    <controller type='pci' index='0' model='pcie-root'/>
    <controller type='pci' index='1' model='pcie-root-port'/>
  </devices>
</domain>
`;

describe('bad input', () => {
  let server: RunningServer;
  const hook = (xml: string, more: Readonly<Record<string, unknown>> = {}) =>
    server.post('/v1/libvirt/hook', { host: 'hv1', argv: ['web01', 'started', 'begin', '-'], xml, ...more });
  const code = (answer: { readonly json: unknown }): unknown =>
    (answer.json as { error?: { code?: unknown } }).error?.code;
  const positionOf = async (): Promise<string> =>
    (await server.graphql<{ ledger: { position: string } }>('{ ledger { position } }')).ledger.position;

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('broken XML is answered with line and column, and the attempt is on record', async () => {
    const answer = await hook('<domain>\n  <name>web01</name>\n  <uuid>oops</name>\n</domain>');
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({ error: { code: 'BAD_DOMAIN_XML', line: 3 } });
    const { events } = await server.graphql<{
      events: { edges: { node: { type: string; data: { code: string } } }[] };
    }>('{ events(filter: {types: [ReportRejected]}) { edges { node { type data } } } }');
    expect(events.edges.map(({ node }) => node.data.code)).toContain('BAD_DOMAIN_XML');
  });

  it('entities are never expanded: billion laughs is refused at the DOCTYPE', async () => {
    const laughs = `<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "${'&lol;'.repeat(10)}">]><domain><name>&lol2;</name></domain>`;
    const answer = await hook(laughs);
    expect(answer.status).toBe(422);
    expect(code(answer)).toBe('BAD_DOMAIN_XML');
  });

  it('a document nested too deep is refused', async () => {
    expect(code(await hook(`${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`))).toBe('BAD_DOMAIN_XML');
  });

  it('a body of 100 MB is refused early, and the server goes on', async () => {
    const refused = await server
      .post('/v1/libvirt/hook', {
        host: 'hv1',
        argv: ['web01', 'started', 'begin', '-'],
        xml: 'x'.repeat(100 * 1024 * 1024),
      })
      .then(
        (answer) => answer.status,
        (error: unknown) => String(error),
      );
    // The server answers 413 and hangs up; a client that is still sending may see only that.
    expect([413, 'TypeError: fetch failed']).toContain(refused);
    expect((await hook(XML)).status).toBe(200);
  });

  it('a domain XML of 1.5 MiB is recorded, but on EventStoreDB, which takes no event of more than 1 MiB', async () => {
    const text = `<description>${'x'.repeat(1.5 * 1024 * 1024)}</description>`;
    const uuid = '11111111-2222-4333-8444-00000000000e';
    const xml = XML.replace(UUID, uuid).replace('<devices>', `${text}<devices>`);
    const answer = await hook(xml, { at: '2026-11-21T03:10:00.000Z' });
    const { vm } = await server.graphql<{ vm: { state: string } | null }>(
      `{ vm(uuid: "${uuid}") { state } }`,
    );
    expect([answer.status, code(answer), vm]).toEqual(
      onEventStoreDB ? [422, 'INVALID_APPEND', null] : [200, undefined, { state: 'RUNNING' }],
    );
  });

  it('an unknown UUID is no VM, not an error', async () => {
    const answer = await server.graphql<{ vm: unknown }>(
      '{ vm(uuid: "99999999-0000-4000-8000-000000000000") { name } }',
    );
    expect(answer.vm).toBeNull();
  });

  it.each([
    ['a number for a host', { host: 7, argv: ['a', 'started', 'begin', '-'], xml: XML }, 'host'],
    ['three arguments', { host: 'hv1', argv: ['a', 'started', 'begin'], xml: XML }, 'argv'],
    [
      'a time that is none',
      { host: 'hv1', argv: ['a', 'started', 'begin', '-'], xml: XML, at: 'yesterday' },
      'at',
    ],
    [
      'a field that does not exist',
      { host: 'hv1', argv: ['a', 'started', 'begin', '-'], xml: XML, hots: 1 },
      'hots',
    ],
    ['a path for a host', { host: '../../etc', argv: ['a', 'started', 'begin', '-'], xml: XML }, 'host'],
  ])('%s is refused with the field named', async (_what, body, field) => {
    const before = await positionOf();
    const answer = await server.post('/v1/libvirt/hook', body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { code: 'BAD_INPUT' } });
    expect(answer.text).toContain(field);
    expect(await positionOf()).toBe(before);
  });

  it('an operation that libvirt does not have is refused', async () => {
    const answer = await server.post('/v1/libvirt/hook', {
      host: 'hv1',
      argv: ['web01', 'explode', 'begin', '-'],
      xml: XML,
    });
    expect(code(answer)).toBe('UNKNOWN_HOOK_OPERATION');
  });

  it('the same call again is answered the same; the same id with another body is a conflict', async () => {
    const first = await hook(XML, { id: 'call-1', at: '2026-11-21T05:00:00Z' });
    const again = await hook(XML, { id: 'call-1', at: '2026-11-21T05:00:00Z' });
    expect(again.json).toMatchObject({ ...(first.json as object), repeated: true });
    const other = await hook(XML.replace("index='1'", "index='2'"), {
      id: 'call-1',
      at: '2026-11-21T05:00:00Z',
    });
    expect(other.status).toBe(409);
    expect(code(other)).toBe('IDEMPOTENCY_CONFLICT');
  });

  it('a deep GraphQL query is refused', async () => {
    const down = 'carried { edges { node { behaviour { affectedVms { edges { node { vm { ';
    const deep = `{ vm(uuid: "${UUID}") { ${down.repeat(8)} name ${'} } } } } } } } '.repeat(8)} } }`;
    const { json } = await server.post('/graphql', { query: deep });
    expect(JSON.stringify(json).slice(0, 2000)).toMatch(/QUERY_TOO_DEEP/);
  });

  it('a clock a year off is taken, told of, and corrected by', async () => {
    const year = 365 * 86_400_000;
    const sentAt = new Date(Date.now() + year).toISOString();
    const answer = await server.post('/v1/libvirt/hook', {
      host: 'hv1',
      argv: ['web01', 'reconnect', 'begin', '-'],
      xml: XML,
      at: sentAt,
      sentAt,
    });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.json)).toContain('CLOCK_SKEW');
    const { vm } = await server.graphql<{ vm: { lastSeenAt: string } }>(
      `{ vm(uuid: "${UUID}") { lastSeenAt } }`,
    );
    expect(Math.abs(Date.parse(vm.lastSeenAt) - Date.now())).toBeLessThan(60_000);
  });

  it('secrets in the XML never reach the ledger', async () => {
    const secret = 'correct-horse-battery';
    const xml = XML.replace('</devices>', `  <graphics type='vnc' passwd='${secret}'/>\n  </devices>`);
    await hook(xml);
    const { events } = await server.graphql<{ events: unknown }>(
      '{ events(first: 200) { edges { node { data report } } } }',
    );
    expect(JSON.stringify(events)).not.toContain(secret);
  });

  it('lines of events that cannot be read are named one by one, the others are taken', async () => {
    const answer = await server.post('/v1/libvirt/events', {
      host: 'hv1',
      lines: ["2026-11-21 05:10:00.000+0000: event 'reboot' for domain 'web01'", 'no event at all'],
    });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ recorded: 1, unreadable: [{ lineNumber: 2 }] });
  });
});
