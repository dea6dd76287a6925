import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startServer, type Answer, type RunningServer } from './running-server.js';

const VM = '11111111-2222-4333-8444-000000000001';
const STRUCTURED = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
const BATCH = { 'content-type': 'application/cloudevents-batch+json' };

const event = (id: string, over: Readonly<Record<string, unknown>> = {}) => ({
  specversion: '1.0',
  id,
  source: '/hosts/hosta',
  type: 'hopledger.vm.launched',
  time: '2026-11-20T08:00:00.123456Z',
  data: { uuid: VM, host: 'hosta', name: 'web01', build: { version: '8.0.0', package: null } },
  ...over,
});

interface Item {
  readonly index: number;
  readonly id: string | null;
  readonly status: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly eventIds: readonly string[];
}
const itemsOf = (answer: Answer): readonly Item[] => (answer.json as { items: readonly Item[] }).items;
const statuses = (answer: Answer): readonly string[] => itemsOf(answer).map(({ status }) => status);
const errorOf = (answer: Answer) =>
  (answer.json as { error: { code: string; field?: string; message: string } }).error;

describe('CloudEvents over HTTP', () => {
  let server: RunningServer;
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.stop());

  const batch = (...events: readonly unknown[]) => server.post('/v1/events', JSON.stringify(events), BATCH);
  const one = (value: unknown) => server.post('/v1/events', JSON.stringify(value), STRUCTURED);
  const binary = (headers: Readonly<Record<string, string>>, data: unknown) =>
    server.post('/v1/events', JSON.stringify(data), { 'content-type': 'application/json', ...headers });
  const history = async () => {
    const { vm } = await server.graphql<{
      vm: { events: { edges: { node: { id: string; type: string; occurredAt: string } }[] } } | null;
    }>(`{ vm(uuid: "${VM}") { events(first: 50) { edges { node { id type occurredAt } } } } }`);
    return vm?.events.edges.map(({ node }) => node) ?? [];
  };

  it('are taken one by one, structured, once for each source and id', async () => {
    const first = await one(event('a'));
    expect(first.status).toBe(200);
    expect(statuses(first)).toEqual(['accepted']);
    expect(statuses(await one(event('a')))).toEqual(['repeated']);
    expect(
      statuses(await one(event('a', { traceparent: '00-aa-bb-01', time: '2026-11-20T08:00:00.123Z' }))),
    ).toEqual(['repeated']);
    expect(await history()).toEqual([
      { id: itemsOf(first)[0]?.eventIds[0], type: 'VmLaunched', occurredAt: '2026-11-20T08:00:00.123Z' },
    ]);
    expect(statuses(await one(event('a', { source: '/hosts/other' })))).toEqual(['accepted']);
  });

  it('of one source and id with another content, or of another VM, are a conflict', async () => {
    await one(event('a'));
    for (const other of [
      event('a', { data: { uuid: VM, host: 'hosta', name: 'other' } }),
      event('a', { time: '2026-11-20T09:00:00Z' }),
      event('a', { data: { uuid: VM.replace('1', '2'), host: 'hosta' } }),
    ]) {
      const answer = await one(other);
      expect([answer.status, errorOf(answer).code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    }
    expect(await history()).toHaveLength(1);
  });

  it('are taken in the binary mode, headers percent-encoded', async () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': 'b%20%C3%A9',
      'ce-source': '/hosts/hosta',
      'ce-type': 'hopledger.vm.guest_reset',
      'ce-time': '2026-11-20T09:00:00+01:00',
    };
    const data = { uuid: VM, host: 'hosta', reason: 'guest-reset' };
    const answer = await binary(headers, data);
    expect(itemsOf(answer)).toMatchObject([{ id: 'b é', status: 'accepted' }]);
    const same = event('b é', { type: 'hopledger.vm.guest_reset', time: '2026-11-20T08:00:00Z', data });
    expect(statuses(await one(same))).toEqual(['repeated']);
    expect((await history())[0]?.occurredAt).toBe('2026-11-20T08:00:00.000Z');
  });

  it('in a batch are each taken or rejected by themselves', async () => {
    const answer = await batch(
      event('1'),
      event('2', { specversion: '0.3' }),
      event('3', { type: 'hopledger.vm.guest_reset', data: { uuid: VM, host: 'hosta' } }),
      event('4', { type: 'com.example.other' }),
      event('5', { data: { uuid: VM, host: 'hosta', surprise: 1 } }),
      event('6', { subject: '11111111-2222-4333-8444-000000000009' }),
      'no event',
      event('1'),
      event('8', { bad_name: 'x' }),
      event('9', { time: '2026-13-20T08:00:00Z' }),
      event('10', { data: undefined, data_base64: Buffer.from('{"uuid":1').toString('base64') }),
    );
    expect(answer.status).toBe(200);
    expect(itemsOf(answer).map(({ status, message }) => [status, message])).toEqual([
      ['accepted', null],
      ['rejected', 'specversion: is not 1.0'],
      ['accepted', null],
      ['rejected', 'type: "com.example.other" is not taken here'],
      ['rejected', 'data: Unrecognized key: "surprise"'],
      ['rejected', 'subject: it names another VM than the data'],
      ['rejected', 'an event is a JSON object'],
      ['repeated', null],
      ['rejected', 'bad_name: is no name of an attribute: lower case letters and digits'],
      ['rejected', 'time: is no time of RFC 3339'],
      ['rejected', 'data_base64: is no JSON'],
    ]);
    expect(await history()).toHaveLength(2);
  });

  it('that were rejected are on record, once, where their host is known', async () => {
    const bad = event('5', { data: { uuid: VM, host: 'hosta', surprise: 1 } });
    await batch(bad, bad);
    await batch(bad);
    const { events } = await server.graphql<{
      events: { edges: { node: { type: string; stream: string } }[] };
    }>('{ events(first: 50) { edges { node { type stream } } } }');
    const kept = events.edges.map(({ node }) => node).filter(({ type }) => type === 'ReportRejected');
    expect(kept).toEqual([{ type: 'ReportRejected', stream: 'host-hosta' }]);
  });

  it('tell of hosts too', async () => {
    const host = {
      host: 'hosta',
      builds: [{ version: '10.0.13', package: 'Debian 1:10.0.13+ds-0+deb13u1', emulator: null, probe: null }],
      kernel: '6.12.0',
    };
    const said = event('h', { type: 'hopledger.host.reported', data: host });
    expect(statuses(await batch(said, said))).toEqual(['accepted', 'repeated']);
    expect(await server.graphql('{ host(name: "hosta") { kernel } }')).toEqual({
      host: { kernel: '6.12.0' },
    });
  });

  it('are refused whole when the request is no CloudEvents request', async () => {
    const refused = async (body: string, headers: Readonly<Record<string, string>>) => {
      const answer = await server.post('/v1/events', body, headers);
      return [answer.status, errorOf(answer).code];
    };
    expect(await refused('{}', { 'content-type': 'application/json' })).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ]);
    expect(await refused('{}', BATCH)).toEqual([400, 'BAD_INPUT']);
    expect(await refused('[{', BATCH)).toEqual([400, 'BAD_INPUT']);
    expect(await refused('', STRUCTURED)).toEqual([400, 'BAD_INPUT']);
    expect(await refused(`[${'{},'.repeat(1000)}{}]`, BATCH)).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect((await server.post('/v1/events', '[]', BATCH)).json).toMatchObject({ items: [], recorded: 0 });
  });

  it('keep the skew of the sender’s clock, and their secrets out', async () => {
    const sentAt = new Date(Date.now() - 3_600_000).toISOString();
    const device = { alias: 'net1', qomType: 'e1000e', address: null, properties: { password: 'hunter2' } };
    const plug = event('p', {
      type: 'hopledger.vm.device_plugged',
      data: { uuid: VM, host: 'hosta', device },
    });
    const answer = await server.post(`/v1/events?sentAt=${sentAt}`, JSON.stringify([plug]), BATCH);
    expect(statuses(answer)).toEqual(['accepted']);
    const { vm } = await server.graphql<{
      vm: { events: { edges: { node: { clockSkewMs: number; data: unknown; report: unknown } }[] } };
    }>(`{ vm(uuid: "${VM}") { events(first: 1) { edges { node { clockSkewMs data report } } } } }`);
    const node = vm.events.edges[0]?.node;
    expect(Math.round((node?.clockSkewMs ?? 0) / 60_000)).toBe(-60);
    expect(JSON.stringify(node)).not.toContain('hunter2');
  });
});
