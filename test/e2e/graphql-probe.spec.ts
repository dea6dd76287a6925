import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { binaryOf } from '../qmp/binaries.js';
import { TestServer } from './graphql-harness.js';
import { CONFIGURATION, Life } from './graphql-life.js';

const REPORT = /* GraphQL */ `
  mutation ($input: ReportHostInput!) {
    reportHost(input: $input) {
      __typename
      ... on HostRecorded {
        repeated
        position
      }
      ... on BadInput {
        field
      }
    }
  }
`;

const HOST = /* GraphQL */ `
  query ($name: String!) {
    host(name: $name) {
      builds {
        label
        emulator
        probe {
          fingerprint
          target
          deviceTypeCount
          tellsCompatProps
          machineTypes {
            name
            alias
            deprecated
          }
        }
      }
    }
  }
`;

const SID = binaryOf('11.1.3');
const BOOKWORM = binaryOf('7.2.22');
const probed = (binary: typeof SID, emulator = '/usr/bin/qemu-system-x86_64') => ({
  ...binary.facts.build,
  emulator,
  probe: binary,
});

describe('a host that probed its binaries', () => {
  const directory = mkdtempSync(join(tmpdir(), 'probe-'));
  const onDisk = { HOPLEDGER_LEDGER_ENGINE: 'sqlite', HOPLEDGER_DATA_DIRECTORY: directory };
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start(onDisk);
  });
  afterAll(async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const report = async (host: string, builds: readonly object[], key: string = randomUUID()) => {
    const input = { idempotencyKey: key, host, builds, occurredAt: '2026-11-20T08:00:00Z' };
    return (await server.ask(REPORT, { input })).data.reportHost;
  };
  const buildsOf = async (name: string) => (await server.ask(HOST, { name })).data.host.builds;
  const buildEvents = async (): Promise<number> => {
    const { events, errors } = await ledgerEvents(server);
    expect(errors).toBeUndefined();
    return events;
  };

  test('is known by what they said, each with its path', async () => {
    await report('hosta', [probed(SID), probed(BOOKWORM, '/opt/qemu/bin/qemu-system-x86_64')]);
    expect(await buildsOf('hosta')).toMatchObject([
      {
        label: '11.1.3 (Debian 1:11.1.3+ds-1)',
        emulator: '/usr/bin/qemu-system-x86_64',
        probe: {
          fingerprint: SID.facts.fingerprint,
          target: 'x86_64',
          deviceTypeCount: 648,
          tellsCompatProps: true,
          machineTypes: expect.arrayContaining([{ name: 'pc-q35-11.1', alias: 'q35', deprecated: false }]),
        },
      },
      { emulator: '/opt/qemu/bin/qemu-system-x86_64', probe: { tellsCompatProps: false } },
    ]);
  });

  test('the feed names what was said, and does not carry the whole of it', async () => {
    const { data } = await server.ask(
      '{ events(filter: { types: [BuildProbed] }) { nodes { stream host data } } }',
    );
    const [first] = data.events.nodes;
    expect(first).toEqual({
      stream: `build-${SID.facts.fingerprint}`,
      host: null,
      data: {
        facts: {
          fingerprint: SID.facts.fingerprint,
          build: SID.facts.build,
          target: 'x86_64',
          machineTypeCount: SID.facts.machineTypes.length,
          deviceTypeCount: 648,
        },
      },
    });
  });

  test('says it once, however often it reports, and whichever host says the same', async () => {
    const key = randomUUID();
    const first = await report('hostb', [probed(SID)], key);
    const again = await report('hostb', [probed(SID)], key);
    expect([first.repeated, again.repeated, again.position]).toEqual([false, true, first.position]);
    const before = await buildEvents();
    await Promise.all(['hostc', 'hostd', 'hoste'].map((host) => report(host, [probed(SID)])));
    expect(await buildEvents()).toBe(before + 3);
  });

  test('a key stands for one probe', async () => {
    const key = randomUUID();
    await report('hostf', [probed(SID)], key);
    expect(await report('hostf', [{ ...probed(SID), probe: null }], key)).toMatchObject({
      __typename: 'IdempotencyConflict',
    });
  });

  test('is not taken at its word for a fingerprint, nor with the facts of another build', async () => {
    const forged = { ...SID, facts: { ...SID.facts, fingerprint: 'made-up', machineTypes: [] } };
    await report('hostg', [probed(forged)]);
    const fingerprint = (await buildsOf('hostg'))[0]?.probe.fingerprint;
    expect([fingerprint === 'made-up', fingerprint === SID.facts.fingerprint]).toEqual([false, false]);
    expect(await report('hostg', [{ ...probed(SID), version: '10.0.0' }])).toMatchObject({
      __typename: 'BadInput',
      field: 'builds.0.probe.facts.build',
    });
    const wrong = [
      { ...SID, facts: { ...SID.facts, types: 'all' } },
      { ...SID, more: 1 },
      { ...SID, cpu: null },
      'everything',
    ];
    for (const probe of wrong) {
      expect(await report('hostg', [{ ...probed(SID), probe }])).toMatchObject({ __typename: 'BadInput' });
    }
    expect(await report('hostg', [{ ...probed(SID), emulator: 'qemu' }])).toMatchObject({
      __typename: 'BadInput',
      field: 'builds.0.emulator',
    });
  });

  test('is told apart from what its version suggests: pins of a binary that no catalogue knows', async () => {
    const build = { version: '9.1.0', package: 'of-the-house 9.1.0-20' };
    const machine = (name: string, value: string | null) => ({
      name,
      alias: null,
      deprecated: false,
      compatProps: {
        like: null,
        then: value === null ? [] : [{ qomType: 'pci-device', property: 'x-pcie-err-unc-mask', value }],
      },
    });
    const facts = {
      ...SID.facts,
      build,
      machineTypes: [machine('pc-q35-house1', 'off'), machine('pc-q35-house2', null)],
    };
    const launched = async (host: string, machineType: string): Promise<Life> => {
      const life = new Life(server);
      await life.record('recordLaunch', {
        host,
        build,
        configuration: { ...CONFIGURATION, machineType },
      });
      return life;
    };
    const carriedBy = async ({ uuid }: Life) => {
      const query =
        'query ($uuid: UUID!) { vm(uuid: $uuid) { carried { nodes { alias value behaviour { id } } } } }';
      const { data } = await server.ask(query, { uuid });
      return data.vm.carried.nodes
        .filter(({ alias, behaviour }) => alias === 'net0' && behaviour.id === 'pcie-err-unc-mask')
        .map(({ value }) => value);
    };
    const to = async ({ uuid }: Life, host: string) => {
      const query = `query ($uuid: UUID!, $host: String!) {
        assess(subject: { vm: $uuid }, destination: { host: $host }) {
          ... on Assessment { verdict reasons { kind } }
        }
      }`;
      return (await server.ask(query, { uuid, host })).data.assess;
    };
    const before = await launched('hosth', 'pc-q35-house1');
    expect(await carriedBy(before)).toEqual([null]);
    await report('hosth', [{ ...probed(SID), ...build, probe: { facts, cpu: SID.cpu } }]);
    expect(await carriedBy(before)).toEqual(['off']);
    expect(await carriedBy(await launched('hosth', 'pc-q35-house2'))).toEqual(['on']);
    expect(await to(before, 'hosth')).toMatchObject({ verdict: 'SAFE' });
    expect(await to(before, 'hosta')).toMatchObject({
      verdict: 'BLOCKED',
      reasons: expect.arrayContaining([{ kind: 'MACHINE_TYPE_MISSING' }]),
    });
  });

  test('is remembered over a restart', async () => {
    await server.close();
    server = await TestServer.start(onDisk);
    expect((await buildsOf('hosta')).map(({ probe }) => probe.fingerprint)).toEqual([
      SID.facts.fingerprint,
      BOOKWORM.facts.fingerprint,
    ]);
  });
});

/** How many events the ledger has, as long as one page holds them. */
const ledgerEvents = async (server: TestServer): Promise<{ events: number; errors: unknown }> => {
  const { data, errors } = await server.ask(
    '{ events(first: 200) { nodes { id } pageInfo { hasNextPage } } }',
  );
  expect(data.events.pageInfo.hasNextPage).toBe(false);
  return { events: data.events.nodes.length, errors };
};
