import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestServer, type Answer } from './graphql-harness.js';
import { BAD, GOOD, Life } from './graphql-life.js';

let server: TestServer;
let tainted: readonly string[];
let clean: readonly string[];
let last: string;

beforeAll(async () => {
  server = await TestServer.start();
  const born = async (build: object, host: string): Promise<string> => {
    const life = new Life(server);
    last = (await life.launch(host, build)).position;
    return life.uuid;
  };
  tainted = [await born(BAD, 'hosta'), await born(BAD, 'hosta'), await born(BAD, 'hostb')].sort();
  clean = [await born(GOOD, 'hosta'), await born(GOOD, 'hostb')].sort();
});
afterAll(() => server.close());

const VMS = `query ($filter: VmFilter, $first: Int, $after: String, $atLeast: Position) {
  vms(filter: $filter, first: $first, after: $after, atLeast: $atLeast) {
    edges { cursor node { uuid } } nodes { uuid name state host build machineType taints } pageInfo { hasNextPage endCursor }
  }
}`;
const uuids = async (filter: object): Promise<string[]> => {
  const { data } = await server.ask(VMS, { filter, atLeast: last });
  return data.vms.nodes.map(({ uuid }) => uuid);
};

test('VMs are found by taint, behaviour, host, build, machine type, name and state', async () => {
  const all = [...tainted, ...clean].sort();
  expect(await uuids({})).toEqual(all);
  expect(await uuids({ tainted: true })).toEqual(tainted);
  expect(await uuids({ tainted: false })).toEqual(clean);
  expect(await uuids({ behaviour: 'pcie-err-unc-mask' })).toEqual(tainted);
  expect(await uuids({ behaviour: 'no-such' })).toEqual([]);
  expect((await uuids({ host: 'hostb' })).length).toBe(2);
  expect(await uuids({ build: '8.2.0' })).toEqual(clean);
  expect(await uuids({ machineType: 'pc-q35-7.2' })).toEqual(all);
  expect(await uuids({ machineType: 'pc-q35' })).toEqual([]);
  expect(await uuids({ name: 'ERP' })).toEqual(all);
  expect(await uuids({ states: ['STOPPED', 'SAVED'] })).toEqual([]);
  expect(await uuids({ states: ['RUNNING'], tainted: true, host: 'hostb' })).toHaveLength(1);
});

test('pages follow one another without gap or repeat, by either cursor', async () => {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const { data }: Answer = await server.ask(VMS, { filter: {}, first: 2, after, atLeast: last });
    seen.push(...data.vms.nodes.map(({ uuid }) => uuid));
    expect(data.vms.edges.at(-1)?.cursor).toBe(data.vms.pageInfo.endCursor);
    after = data.vms.pageInfo.hasNextPage ? data.vms.pageInfo.endCursor : null;
  } while (after !== null);
  expect(seen).toEqual([...tainted, ...clean].sort());

  const { data } = await server.ask(VMS, { first: 2 });
  const one = await server.ask(VMS, { first: 1, after: data.vms.edges[0]?.cursor });
  expect(one.data.vms.nodes[0]?.uuid).toBe(data.vms.edges[1]?.node.uuid);
});

test('a cursor of another filter, or none at all, is refused', async () => {
  const { data } = await server.ask(VMS, { first: 1 });
  const { endCursor } = data.vms.pageInfo;
  for (const wrong of [{ after: endCursor, filter: { tainted: true } }, { after: 'rubbish' }]) {
    expect((await server.ask(VMS, wrong)).errors?.[0]?.extensions.code).toBe('BAD_CURSOR');
  }
});

test('rows lead to the whole VM, each derived once', async () => {
  const { data, errors } = await server.ask(
    '{ vms { nodes { uuid vm { uuid tainted taints(first: 5) { nodes { alias because { event { type } } } } } again: vm { state } } } }',
  );
  expect(errors).toBeUndefined();
  for (const { uuid, vm } of data.vms.nodes) {
    expect(vm.uuid).toBe(uuid);
    expect(vm.tainted).toBe(tainted.includes(uuid));
  }
});

test('a behaviour names the VMs it taints, a host those that run on it', async () => {
  const { data } = await server.ask(
    `query ($atLeast: Position) { behaviour(id: "pcie-err-unc-mask") { id rules { id } knobs { property texts { value text } settable { series from fromSeries } } affectedVms(atLeast: $atLeast) { nodes { uuid } } }
      none: behaviour(id: "no-such") { id } }`,
    { atLeast: last },
  );
  expect(data.behaviour.affectedVms.nodes.map(({ uuid }) => uuid)).toEqual(tainted);
  expect(data.behaviour.knobs[0]?.property).toBe('x-pcie-err-unc-mask');
  expect(data).toHaveProperty('none', null);

  await server.ask('mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }', {
    input: { idempotencyKey: randomUUID(), host: 'hostb', builds: [GOOD] },
  });
  const hosts = await server.ask(
    '{ hosts { nodes { name vms { nodes { host } } } } host(name: "hostb") { name } none: host(name: "x") { name } }',
  );
  expect(hosts.data).toEqual({
    hosts: { nodes: [{ name: 'hostb', vms: { nodes: [{ host: 'hostb' }, { host: 'hostb' }] } }] },
    host: { name: 'hostb' },
    none: null,
  });
});

test('the fleet is counted, the ledger and the catalogue say where they stand', async () => {
  const { data } = await server.ask(
    `query ($atLeast: Position) {
      fleet(atLeast: $atLeast) { vms tainted unknown byState { state count } byBehaviour { key count } byHost(first: 1) { key count } byBuild { key count } byMachineType { key count } position }
      ledger { position viewPosition viewLag }
      catalogue { revision behaviourCount machineTypeCount pinCount machineType(name: "pc-q35-7.2") { name firstRelease } }
      behaviours { id evidence { grade } }
    }`,
    { atLeast: last },
  );
  expect(data.fleet).toMatchObject({
    vms: 5,
    tainted: 3,
    byHost: [{ key: 'hosta', count: 3 }],
    byMachineType: [{ key: 'pc-q35-7.2', count: 5 }],
  });
  expect(data.fleet.byState).toContainEqual({ state: 'RUNNING', count: 5 });
  expect(data.fleet.byBuild).toEqual([
    { key: '8.0.0', count: 3 },
    { key: '8.2.0', count: 2 },
  ]);
  expect(data.ledger.viewPosition >= last).toBe(true);
  expect(data.catalogue).toMatchObject({
    revision: expect.stringMatching(/^[0-9a-f]{16}$/),
    machineType: { name: 'pc-q35-7.2' },
  });
  expect(data.behaviours).toHaveLength(data.catalogue.behaviourCount);
});

test('lists wait for a position, and say when it was not reached', async () => {
  const life = new Life(server);
  const { position } = await life.launch('hostz');
  const { data } = await server.ask(VMS, { filter: { host: 'hostz' }, atLeast: position });
  expect(data.vms.nodes).toHaveLength(1);

  const slow = await TestServer.start({ HOPLEDGER_VIEWS_WAIT_MS: '50' });
  const { errors } = await slow.ask(VMS, { atLeast: '9999999999999999' });
  expect(errors?.[0]?.extensions).toMatchObject({
    code: 'POSITION_NOT_REACHED',
    position: '9999999999999999',
    timeoutMs: 50,
  });
  await slow.close();
});

test('the feed is read page by page, whole or filtered', async () => {
  const FEED = `query ($after: Position, $filter: EventFilter, $first: Int) { events(after: $after, filter: $filter, first: $first) {
    nodes { id type vm position occurredAt recordedAt revision } pageInfo { hasNextPage endCursor } } }`;
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const { data }: Answer = await server.ask(FEED, { first: 2, after });
    seen.push(...data.events.nodes.map(({ position }) => position));
    after = data.events.pageInfo.hasNextPage ? data.events.pageInfo.endCursor : null;
  } while (after !== null);
  expect(seen).toEqual([...new Set(seen)].sort());
  const { data } = await server.ask('{ ledger { position } }');
  expect(seen.at(-1)).toBe(data.ledger.position);

  const [vm] = tainted;
  const ofVm = await server.ask(FEED, { filter: { vm } });
  expect(ofVm.data.events.nodes).toEqual([
    expect.objectContaining({ type: 'VmLaunched', vm, revision: '0' }),
  ]);
  const { data: revised } = await server.ask(
    '{ events(filter: { types: [CatalogueRevised] }) { nodes { stream host data actor } } catalogue { revision } }',
  );
  expect(revised.events.nodes).toEqual([
    {
      stream: 'catalogue',
      host: null,
      data: expect.objectContaining({ revision: revised.catalogue.revision }),
      actor: 'hopledger',
    },
  ]);
  const hosts = await server.ask(FEED, { filter: { types: ['HostReported'] } });
  expect(hosts.data.events.nodes.map(({ type }) => type)).toEqual(['HostReported']);
  expect((await server.ask(FEED, { after: '9999999999999999' })).errors?.[0]?.extensions.code).toBe(
    'BAD_CURSOR',
  );
});

test('what is asked about must be known, and said in one way', async () => {
  const [vm] = tainted;
  const assess = async (subject: object, destination: object) => {
    const { data, errors } = await server.ask(
      'query ($s: HopSubject!, $d: DestinationInput!) { assess(subject: $s, destination: $d) { __typename } }',
      { s: subject, d: destination },
    );
    return errors === undefined ? data.assess.__typename : errors[0]?.extensions.code;
  };
  const build = { version: '8.2.0' };
  expect(await assess({ vm }, { build })).toBe('Assessment');
  expect(await assess({ vm: randomUUID() }, { build })).toBe('UnknownVm');
  expect(await assess({ vm }, { host: 'nowhere' })).toBe('UnknownHost');
  expect(await assess({ vm }, {})).toBe('BAD_INPUT');
  expect(await assess({ savedState: { vm, id: 'none' } }, { build })).toBe('BAD_INPUT');
  expect(await assess({}, { build })).toBe('BAD_INPUT');
  expect(await assess({ vm, savedState: { vm, id: 'none' } }, { build })).toBe('BAD_INPUT');
  const inline = await server.ask(`{ vm(uuid: "${vm ?? ''}", asOf: {}) { uuid } }`);
  expect(inline.errors?.[0]?.extensions.code).toBe('BAD_INPUT');
  expect(
    (await server.ask('query ($u: UUID!) { vm(uuid: $u) { uuid } }', { u: randomUUID() })).data.vm,
  ).toBeNull();
});
