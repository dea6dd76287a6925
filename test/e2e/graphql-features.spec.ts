import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestServer, type Answer } from './graphql-harness.js';
import { CONFIGURATION, GOOD, Life } from './graphql-life.js';

let server: TestServer;

const SHARED = ['sse2', 'avx2'];
const REPORT = `mutation ($input: ReportHostInput!) { reportHost(input: $input) {
  __typename
  ... on HostRecorded { host { name kernel cpu { model vendor features } deviceFeatures { device features } } }
  ... on BadInput { field message }
} }`;
const report = async (host: string, more: object): Promise<Answer['data']['reportHost']> => {
  const input = { idempotencyKey: JSON.stringify([host, more]), host, builds: [GOOD], ...more };
  const { data } = await server.ask(REPORT, { input: { occurredAt: '2026-11-20T07:00:00Z', ...input } });
  return data.reportHost;
};
const cpu = (...features: readonly string[]): object => ({
  cpu: { model: 'Xeon', vendor: 'GenuineIntel', features: [...SHARED, ...features] },
});

const ASSESS = `query ($uuid: UUID!, $host: String!) {
  assess(subject: { vm: $uuid }, destination: { host: $host }) {
    ... on Assessment { verdict reasons { kind carried } }
  }
}`;
const BASELINE = `query ($hosts: [ID!]!) { featureBaseline(hosts: $hosts) {
  __typename
  ... on FeatureBaseline {
    cpu devices { device features }
    hosts { host cpu { surplus qemu libvirt } devices { device surplus qemu libvirt } } warnings
  }
  ... on UnknownHost { host }
} }`;

beforeAll(async () => {
  server = await TestServer.start();
  await report('hosta', {
    ...cpu('pcid', 'stibp'),
    deviceFeatures: [{ device: 'virtio-net/tap', features: ['host_uso', 'guest_tso4'] }],
  });
  await report('hostb', {
    ...cpu('taa-no'),
    deviceFeatures: [{ device: 'virtio-net/tap', features: ['guest_tso4'] }],
  });
});
afterAll(() => server.close());

test('a host shows the CPU and the device features that it reported', async () => {
  const deviceFeatures = [{ device: 'vhost-vsock', features: ['seqpacket'] }];
  expect(await report('hostc', { ...cpu('pcid'), deviceFeatures, kernel: '6.8.0' })).toEqual({
    __typename: 'HostRecorded',
    host: {
      name: 'hostc',
      kernel: '6.8.0',
      cpu: { model: 'Xeon', vendor: 'GenuineIntel', features: ['sse2', 'avx2', 'pcid'] },
      deviceFeatures,
    },
  });
});

test('device features are bounded, and each device is told once', async () => {
  const one = { device: 'vdpa', features: ['mq'] };
  expect(await report('hostd', { deviceFeatures: [one, one] })).toMatchObject({
    __typename: 'BadInput',
    field: 'deviceFeatures',
  });
  const many = Array.from({ length: 201 }, (_, i) => ({ device: `d${i}` }));
  expect(await report('hostd', { deviceFeatures: many })).toMatchObject({ __typename: 'BadInput' });
  const long = { device: 'vdpa', features: Array.from({ length: 501 }, (_, i) => `f${i}`) };
  expect(await report('hostd', { deviceFeatures: [long] })).toMatchObject({ __typename: 'BadInput' });
});

test('hosts A and B are told what each switches off', async () => {
  const { data } = await server.ask(BASELINE, { hosts: ['hosta', 'hostb'] });
  expect(data.featureBaseline).toMatchObject({
    cpu: ['avx2', 'sse2'],
    devices: [{ device: 'virtio-net/tap', features: ['guest_tso4'] }],
    hosts: [
      {
        host: 'hosta',
        cpu: { surplus: ['pcid', 'stibp'], qemu: '-cpu host,pcid=off,stibp=off' },
        devices: [{ surplus: ['host_uso'], qemu: '-global virtio-net-device.host_uso=off' }],
      },
      { host: 'hostb', cpu: { qemu: '-cpu host,taa-no=off' }, devices: [{ surplus: [], qemu: null }] },
    ],
    warnings: [],
  });
});

test('a baseline wants hosts, and such as reported', async () => {
  const unknown = await server.ask(BASELINE, { hosts: ['hosta', 'nobody'] });
  expect(unknown.data.featureBaseline).toEqual({ __typename: 'UnknownHost', host: 'nobody' });
  const none = await server.ask(BASELINE, { hosts: [] });
  expect(none.errors?.[0]?.extensions.code).toBe('BAD_INPUT');
});

test('the verdict holds the CPU of the cold boot against that of the destination', async () => {
  const life = new Life(server);
  const configuration = { ...CONFIGURATION, cpu: { mode: 'host-passthrough', features: [] } };
  await life.record('recordLaunch', { host: 'hosta', name: 'erp', build: GOOD, configuration });
  const ask = async (host: string) => (await server.ask(ASSESS, { uuid: life.uuid, host })).data.assess;
  expect(await ask('hosta')).toMatchObject({ verdict: 'SAFE' });
  const there = await ask('hostb');
  expect(there.verdict).toBe('BLOCKED');
  expect(there.reasons).toContainEqual({ kind: 'CPU_FEATURE_MISSING', carried: 'pcid,stibp' });
});
