import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestServer } from './graphql-harness.js';
import { BAD, CONFIGURATION, document, GOOD, Life } from './graphql-life.js';

describe('recording by hand', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.close());

  const reset = (input: object) => server.ask(document('recordGuestReset'), { input });

  test('the same key with the same input answers the same; with another, a conflict', async () => {
    const input = {
      idempotencyKey: randomUUID(),
      uuid: randomUUID(),
      host: 'hosta',
      occurredAt: '2026-11-20T08:00:00Z',
    };
    const first = (await reset(input)).data.recordGuestReset;
    expect(first).toMatchObject({ __typename: 'Recorded', repeated: false, revision: '0' });
    await reset({ ...input, idempotencyKey: randomUUID(), occurredAt: '2026-11-20T09:00:00Z' });
    const again = (await reset(input)).data.recordGuestReset;
    expect(again).toMatchObject({ repeated: true, eventIds: first.eventIds, position: first.position });

    const others = [
      { ...input, reason: 'another reason' },
      { ...input, occurredAt: '2026-11-20T08:00:01Z' },
      { ...input, host: 'hostb' },
      { ...input, uuid: randomUUID() },
    ];
    for (const other of others) {
      expect((await reset(other)).data.recordGuestReset).toMatchObject({
        __typename: 'IdempotencyConflict',
        code: 'IDEMPOTENCY_CONFLICT',
      });
    }
    const asOther = await server.ask(document('recordHopFailed'), { input });
    expect(asOther.data.recordHopFailed.__typename).toBe('IdempotencyConflict');
  });

  test('sent twenty times at once, it is recorded once', async () => {
    const input = { idempotencyKey: randomUUID(), uuid: randomUUID(), host: 'hosta' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => reset(input)));
    const recorded = answers.map(({ data }) => data.recordGuestReset);
    expect(new Set(recorded.map(({ position }) => position)).size).toBe(1);
    expect(recorded.filter(({ repeated }) => !repeated)).toHaveLength(1);
  });

  test('two mutations of one request each answer with the VM as it is after them', async () => {
    const uuid = randomUUID();
    const input = (reason: string | null) => ({ idempotencyKey: randomUUID(), uuid, host: 'hosta', reason });
    const { data } = await server.ask(
      `mutation ($a: RecordLaunchInput!, $b: RecordStopInput!) {
        a: recordLaunch(input: $a) { ... on Recorded { vm { state } } }
        b: recordStop(input: $b) { ... on Recorded { vm { state } } }
      }`,
      {
        a: { ...input(null), reason: undefined, occurredAt: '2026-11-20T08:00:00Z' },
        b: { ...input('SHUTDOWN'), occurredAt: '2026-11-20T09:00:00Z' },
      },
    );
    expect(data).toEqual({ a: { vm: { state: 'RUNNING' } }, b: { vm: { state: 'STOPPED' } } });
  });

  test('what a host saw is taken for a VM never heard of; what is said about the record is not', async () => {
    const uuid = randomUUID();
    const change = { idempotencyKey: randomUUID(), uuid, eventId: randomUUID(), reason: 'why' };
    const unknown = { __typename: 'UnknownVm', code: 'UNKNOWN_VM' };
    const corrected = await server.ask(document('correctEvent'), {
      input: { ...change, replacement: { host: 'hostb' } },
    });
    expect(corrected.data.correctEvent).toMatchObject(unknown);
    expect((await server.ask(document('retractEvent'), { input: change })).data.retractEvent).toMatchObject(
      unknown,
    );

    const life = new Life(server, uuid);
    await life.record('recordHopFailed', { host: 'hosta', error: null });
    const late = await server.ask(document('retractEvent'), {
      input: { ...change, idempotencyKey: randomUUID() },
    });
    expect(late.data.retractEvent).toMatchObject({ __typename: 'UnknownEvent', code: 'UNKNOWN_EVENT' });
  });

  test('labels are set as a whole, and each is a key and a value as Kubernetes has them', async () => {
    const life = new Life(server);
    await life.launch();
    const set = (labels: readonly { key: string; value: string }[]) => life.record('setLabels', { labels });
    const labels = async () => {
      const asked = await server.ask('query ($uuid: UUID!) { vm(uuid: $uuid) { labels { key value } } }', {
        uuid: life.uuid,
      });
      return asked.data.vm.labels;
    };
    await set([
      { key: 'team', value: 'storage' },
      { key: 'example.org/tier', value: '' },
    ]);
    expect(await labels()).toEqual([
      { key: 'example.org/tier', value: '' },
      { key: 'team', value: 'storage' },
    ]);
    const bad = { __typename: 'BadInput' };
    expect(await set([{ key: 'two words', value: 'x' }])).toMatchObject(bad);
    expect(await set([{ key: 'team', value: 'x'.repeat(64) }])).toMatchObject(bad);
    expect(
      await set([
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
      ]),
    ).toMatchObject(bad);
    const many = Array.from({ length: 33 }, (_, index) => ({ key: `k${index}`, value: '' }));
    expect(await set(many)).toMatchObject(bad);
    await set([{ key: 'team', value: 'network' }]);
    expect(await labels()).toEqual([{ key: 'team', value: 'network' }]);
  });

  test('a correction must leave an event of its kind', async () => {
    const life = new Life(server);
    const { eventIds } = await life.launch();
    const correct = (replacement: unknown) =>
      life.record('correctEvent', { eventId: eventIds[0], replacement, reason: 'why' });
    expect(await correct({ colour: 'red' })).toMatchObject({ __typename: 'BadInput' });
    expect(await correct({ build: 'eight' })).toMatchObject({
      __typename: 'BadInput',
      field: 'replacement.build',
    });
    expect(await correct({ occurredAt: 'yesterday' })).toMatchObject({
      __typename: 'BadInput',
      field: 'replacement.occurredAt',
    });
    expect(await correct({ type: 'VmStopped' })).toMatchObject({
      __typename: 'BadInput',
      field: 'replacement.type',
    });
    expect(await correct({})).toMatchObject({ __typename: 'BadInput', field: 'replacement' });
    expect(await correct('text')).toMatchObject({ __typename: 'BadInput', field: 'replacement' });
    expect(await correct({ host: 'hostb' })).toMatchObject({ __typename: 'Recorded' });
  });

  test('malformed input names the field, and nothing is recorded', async () => {
    const uuid = randomUUID();
    const life = new Life(server, uuid);
    const [port] = CONFIGURATION.devices;
    const launch = (given: object) =>
      life.record('recordLaunch', { host: 'hosta', build: BAD, configuration: CONFIGURATION, ...given });
    const many = Array.from({ length: 1001 }, (_, index) => ({ alias: `net${index}` }));
    const cases: readonly (readonly [object, string])[] = [
      [{ host: 'host a' }, 'host'],
      [{ host: '../etc' }, 'host'],
      [{ name: 'x'.repeat(201) }, 'name'],
      [{ name: 'a\u0000b' }, 'name'],
      [{ idempotencyKey: '' }, 'idempotencyKey'],
      [{ idempotencyKey: 'k'.repeat(201) }, 'idempotencyKey'],
      [{ build: { version: '' } }, 'build.version'],
      [{ configuration: { machineType: '<x>', devices: [] } }, 'configuration.machineType'],
      [{ configuration: { ...CONFIGURATION, devices: [port, port] } }, 'configuration.devices'],
      [{ configuration: { ...CONFIGURATION, devices: many } }, 'configuration.devices'],
      [
        { configuration: { ...CONFIGURATION, devices: [{ ...port, alias: 'a b' }] } },
        'configuration.devices.0.alias',
      ],
      [
        { configuration: { ...CONFIGURATION, devices: [{ ...port, address: '1:2' }] } },
        'configuration.devices.0.address',
      ],
      [
        {
          configuration: {
            ...CONFIGURATION,
            devices: [{ ...port, properties: [{ name: '__proto__', value: 'x' }] }],
          },
        },
        'configuration.devices.0.properties',
      ],
      [
        {
          configuration: {
            ...CONFIGURATION,
            devices: [
              {
                ...port,
                properties: [
                  { name: 'a', value: '1' },
                  { name: 'a', value: '2' },
                ],
              },
            ],
          },
        },
        'configuration.devices.0.properties',
      ],
      [
        { configuration: { ...CONFIGURATION, globals: [{ driver: 'x y', property: 'p', value: 'v' }] } },
        'configuration.globals.0.driver',
      ],
    ];
    for (const [given, field] of cases) {
      expect([given, await launch(given)]).toEqual([
        given,
        expect.objectContaining({
          __typename: 'BadInput',
          code: 'BAD_INPUT',
          field: expect.stringContaining(field),
        }),
      ]);
    }
    expect(
      (await server.ask('query ($uuid: UUID!) { vm(uuid: $uuid) { uuid } }', { uuid })).data.vm,
    ).toBeNull();
  });

  test('values of the wrong kind never reach a resolver', async () => {
    const good = { idempotencyKey: randomUUID(), uuid: randomUUID(), host: 'hosta' };
    for (const wrong of [
      { uuid: 'nope' },
      { uuid: 7 },
      { occurredAt: 'yesterday' },
      { occurredAt: '2026-06-31T00:00:00Z' },
      { occurredAt: '2026-11-20T08:00:00+01:00' },
      { host: null },
      { colour: 'red' },
    ]) {
      const { status, data, errors } = await reset({ ...good, ...wrong });
      expect([wrong, status, data]).toEqual([wrong, 400, undefined]);
      expect(errors?.[0]?.extensions.code).toBe('BAD_INPUT');
    }
  });

  test('hosts report, are found, retire and come back', async () => {
    const report = (input: object) =>
      server.ask(
        `mutation ($input: ReportHostInput!) { reportHost(input: $input) {
          __typename ... on HostRecorded { repeated position host { name builds { label } machineTypes cpu { features } retired } } ... on Problem { code } ... on BadInput { field } } }`,
        { input },
      );
    const input = {
      idempotencyKey: randomUUID(),
      host: 'kvm-7',
      builds: [GOOD, BAD],
      libvirt: '10.0.0',
      cpu: { model: 'EPYC', features: ['svm'] },
      occurredAt: '2026-11-20T08:00:00Z',
    };
    const first = (await report(input)).data.reportHost;
    expect(first).toMatchObject({
      __typename: 'HostRecorded',
      repeated: false,
      host: {
        name: 'kvm-7',
        builds: [{ label: '8.2.0' }, { label: '8.0.0' }],
        machineTypes: null,
        cpu: { features: ['svm'] },
        retired: false,
      },
    });
    expect((await report(input)).data.reportHost).toMatchObject({ repeated: true, position: first.position });
    expect((await report({ ...input, kernel: '6.1' })).data.reportHost).toMatchObject({
      __typename: 'IdempotencyConflict',
    });
    expect((await report({ ...input, host: 'kvm-8' })).data.reportHost).toMatchObject({
      __typename: 'IdempotencyConflict',
    });
    expect(
      (await report({ ...input, idempotencyKey: randomUUID(), builds: [] })).data.reportHost,
    ).toMatchObject({ __typename: 'BadInput', field: 'builds' });

    const retire = (host: string) =>
      server.ask(
        `mutation ($input: RetireHostInput!) { retireHost(input: $input) { __typename ... on HostRecorded { host { retired } } } }`,
        {
          input: {
            idempotencyKey: randomUUID(),
            host,
            reason: 'end of lease',
            occurredAt: '2026-11-20T09:00:00Z',
          },
        },
      );
    expect((await retire('kvm-7')).data.retireHost).toEqual({
      __typename: 'HostRecorded',
      host: { retired: true },
    });
    expect((await retire('nowhere')).data.retireHost).toEqual({ __typename: 'UnknownHost' });
    const back = await report({ ...input, idempotencyKey: randomUUID(), occurredAt: '2026-11-20T10:00:00Z' });
    expect(back.data.reportHost).toMatchObject({ host: { retired: false } });
  });
});
