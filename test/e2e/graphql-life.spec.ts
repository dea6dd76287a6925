import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestServer } from './graphql-harness.js';
import { BAD, CONFIGURATION, GOOD, Life } from './graphql-life.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.close());

describe('a guest born on 8.0.0 and moved to 8.2.0', () => {
  let life: Life;
  let launchId: string;
  let last: string;
  beforeAll(async () => {
    life = new Life(server);
    const launched = await life.launch();
    launchId = launched.eventIds[0];
    expect(launched).toMatchObject({
      __typename: 'Recorded',
      revision: '0',
      repeated: false,
      vm: { state: 'RUNNING', tainted: true },
    });
    last = (await life.hop('hosta', 'hostb', GOOD)).position;
  });

  test('shows where it runs, where it was born and which way it came', async () => {
    const { data, errors } = await server.ask(
      `query ($uuid: UUID!) { vm(uuid: $uuid) {
        uuid name names state tainted revision
        current { host origin build { version label } buildCertainty configuration { machineType emulator devices { alias } } }
        powerCycles { nodes { bornOn { version } birthSeen machineType processes } }
        hops { nodes { via outcome gap confirmedBy from { host build { version } } to { host } statistics { downtimeMs transferredBytes } } }
        devices { nodes { alias qomType address properties { name value } } }
      } }`,
      { uuid: life.uuid },
    );
    expect(errors).toBeUndefined();
    expect(data.vm).toMatchObject({
      name: 'erp',
      state: 'RUNNING',
      tainted: true,
      revision: '4',
      current: {
        host: 'hostb',
        origin: 'HOP',
        build: { version: '8.2.0', label: '8.2.0' },
        buildCertainty: 'CERTAIN',
        configuration: { machineType: 'pc-q35-7.2', emulator: '/usr/bin/qemu-system-x86_64' },
      },
      powerCycles: { nodes: [{ bornOn: { version: '8.0.0' }, birthSeen: true, machineType: 'pc-q35-7.2' }] },
    });
    expect(data.vm.hops.nodes).toEqual([
      {
        via: 'MIGRATION',
        outcome: 'COMPLETED',
        gap: false,
        confirmedBy: ['SOURCE', 'DESTINATION'],
        from: { host: 'hosta', build: { version: '8.0.0' } },
        to: { host: 'hostb' },
        statistics: { downtimeMs: 21, transferredBytes: 5e9 },
      },
    ]);
    expect(data.vm.devices.nodes.map(({ alias }) => alias)).toEqual(['pci.1', 'net0']);
  });

  test('every taint says why: the event, the rule with its evidence, the certainty', async () => {
    const { data } = await server.ask(
      `query ($uuid: UUID!) { vm(uuid: $uuid) { taints { nodes {
        alias value reference certainty tainted behaviour { id title sticky }
        because { how eventId event { type host data report actor tool } rule { id value evidence { grade note } } }
      } } } }`,
      { uuid: life.uuid },
    );
    const { nodes } = data.vm.taints;
    expect(nodes.map(({ alias }) => alias).sort()).toEqual(['net0', 'pci.1']);
    expect(nodes[0]).toMatchObject({
      value: 'on',
      reference: 'off',
      certainty: 'CERTAIN',
      tainted: true,
      behaviour: { id: 'pcie-err-unc-mask', sticky: 'PLUG' },
      because: {
        how: 'COLD_BOOT',
        eventId: launchId,
        event: { type: 'VmLaunched', host: 'hosta', actor: 'local', tool: 'graphql' },
        rule: { value: 'on' },
      },
    });
    const [first] = nodes;
    expect(first?.because.event.data).toMatchObject({ build: { version: '8.0.0', package: null } });
    expect(first?.because.event.report).toMatchObject({ mutation: 'recordLaunch', host: 'hosta' });
    expect(first?.because.rule.evidence.grade).toMatch(/^[A-Z_]+$/);
  });

  test('the hop on needs overrides, rendered for each tool', async () => {
    const { data, errors } = await server.ask(
      `query ($vm: UUID!) { assess(subject: { vm: $vm }, destination: { build: { version: "8.2.0" } }) {
        __typename
        ... on Assessment {
          verdict class seedCase tier returnHop position revision
          from { host } destination { host build { version } }
          overrides { alias property value libvirtType }
          rendered { qemuGlobal qemuDevice { alias addition } libvirtOverride libvirtCommandline proxmoxArgs }
          reasons { kind alias carried behaviour { id } evidence { grade } event { id type } }
        }
      } }`,
      { vm: life.uuid },
    );
    expect(errors).toBeUndefined();
    expect(data.assess).toMatchObject({
      __typename: 'Assessment',
      verdict: 'NEEDS_OVERRIDES',
      class: 'SAME_VERSION_OLDER_MACHINE_TYPE',
      tier: 'PROMISED',
      position: last,
      revision: '4',
      from: { host: 'hostb' },
      destination: { host: null, build: { version: '8.2.0' } },
    });
    expect(data.assess.overrides).toContainEqual({
      alias: 'net0',
      property: 'x-pcie-err-unc-mask',
      value: 'on',
      libvirtType: 'BOOL',
    });
    const { rendered, reasons } = data.assess;
    expect(rendered.qemuGlobal).toEqual([
      '-global',
      expect.stringMatching(/^pci.*\.x-pcie-err-unc-mask=on$/),
    ]);
    expect(rendered.qemuDevice).toContainEqual({ alias: 'net0', addition: 'x-pcie-err-unc-mask=on' });
    expect(rendered.libvirtOverride).toContain("<qemu:device alias='net0'>");
    expect(rendered.libvirtCommandline).toContain('<qemu:commandline>');
    expect(rendered.proxmoxArgs).toContain('-global');
    expect(reasons).toContainEqual(
      expect.objectContaining({
        kind: 'NEEDS_OVERRIDE',
        alias: 'net0',
        carried: 'on',
        event: { id: launchId, type: 'VmLaunched' },
      }),
    );
  });

  test('a build without the knob blocks it, and says the way out', async () => {
    const { data } = await server.ask(
      `query ($vm: UUID!) { assess(subject: { vm: $vm }, destination: { build: { version: "7.2.0" } }) {
        ... on Assessment { verdict tier wayOut } } }`,
      { vm: life.uuid },
    );
    expect(data.assess).toMatchObject({ verdict: 'BLOCKED', tier: 'NOT_PROMISED' });
    expect(data.assess.wayOut.length).toBeGreaterThan(0);
  });

  test('saved and restored, its lineage is a graph and the saved state can be assessed', async () => {
    const saved = new Life(server);
    await saved.launch();
    await saved.record('recordStateSaved', { host: 'hosta', savedState: 'before-upgrade' });
    await saved.record('recordStateRestored', {
      host: 'hosta',
      savedState: 'before-upgrade',
      build: GOOD,
      configuration: CONFIGURATION,
    });
    const { data } = await server.ask(
      `query ($uuid: UUID!) {
        vm(uuid: $uuid) {
          lineage { truncated nodes { id kind process { host origin } savedState { id } } edges { kind from to hop { outcome } } }
          savedStates { nodes { id build { version } carried(filter: { tainted: true }) { nodes { alias } } } }
          savedState(id: "before-upgrade") { restoredBy }
        }
        assess(subject: { savedState: { vm: $uuid, id: "before-upgrade" } }, destination: { build: { version: "8.2.0" } }) {
          ... on Assessment { verdict }
        }
      }`,
      { uuid: saved.uuid },
    );
    expect(data.vm.lineage.truncated).toBe(false);
    expect(data.vm.lineage.nodes.map(({ kind }) => kind)).toEqual(['PROCESS', 'SAVED_STATE', 'PROCESS']);
    expect(data.vm.lineage.edges).toEqual([
      { kind: 'SAVE', from: expect.stringContaining('process:hosta'), to: 'saved:before-upgrade', hop: null },
      {
        kind: 'RESTORE',
        from: 'saved:before-upgrade',
        to: expect.stringContaining('process:hosta'),
        hop: { outcome: 'COMPLETED' },
      },
    ]);
    expect(data.vm.savedStates.nodes).toEqual([
      {
        id: 'before-upgrade',
        build: { version: '8.0.0' },
        carried: { nodes: [{ alias: expect.any(String) }, { alias: expect.any(String) }] },
      },
    ]);
    expect(data.vm.savedState.restoredBy).toHaveLength(1);
    expect(data.assess.verdict).toBe('NEEDS_OVERRIDES');
  });

  test('as of a position and as of a time, it is what it was', async () => {
    const moved = new Life(server);
    const launched = await moved.launch();
    const bootedAt = moved.now;
    await moved.hop('hosta', 'hostb', GOOD);
    const query =
      'query ($uuid: UUID!, $asOf: AsOf) { vm(uuid: $uuid, asOf: $asOf) { current { host } hops { nodes { id } } } }';
    const then = { current: { host: 'hosta' }, hops: { nodes: [] } };
    const ask = async (asOf: object | null) => (await server.ask(query, { uuid: moved.uuid, asOf })).data.vm;
    expect(await ask({ position: launched.position })).toEqual(then);
    expect(await ask({ time: bootedAt })).toEqual(then);
    expect(await ask(null)).toMatchObject({ current: { host: 'hostb' } });
    expect(await ask({ position: '' })).toBeNull();
  });

  test('a correction and its retraction change what is derived, and the events stay', async () => {
    const wrong = new Life(server);
    const { eventIds } = await wrong.launch('hosta', GOOD);
    const corrected = await wrong.record('correctEvent', {
      eventId: eventIds[0],
      replacement: { build: { ...BAD, package: null } },
      reason: 'the inventory had the build of the day after',
    });
    expect(corrected).toMatchObject({ __typename: 'Recorded', vm: { tainted: true } });
    const back = await wrong.record('retractEvent', {
      eventId: corrected.eventIds[0],
      reason: 'it was right after all',
    });
    expect(back).toMatchObject({ __typename: 'Recorded', vm: { tainted: false } });
    const { data } = await server.ask(
      'query ($uuid: UUID!) { vm(uuid: $uuid) { events { nodes { type } } } }',
      { uuid: wrong.uuid },
    );
    expect(data.vm.events.nodes).toEqual([
      { type: 'VmLaunched' },
      { type: 'EventCorrected' },
      { type: 'EventRetracted' },
    ]);
  });

  test('each kind of event can be recorded', async () => {
    const all = new Life(server);
    const at = { host: 'hosta' };
    const kinds = [
      await all.record('recordAdoption', {
        ...at,
        build: BAD,
        configuration: CONFIGURATION,
        kernel: '6.1.0',
      }),
      await all.record('assertOrigin', {
        ...at,
        build: BAD,
        configuration: CONFIGURATION,
        reason: 'booted by hand, seen in the shell history',
      }),
      await all.record('recordGuestReset', { ...at, reason: 'guest-reset' }),
      await all.record('recordDevicePlugged', { ...at, device: { alias: 'net1', qomType: 'e1000e' } }),
      await all.record('observeValue', {
        ...at,
        alias: 'net1',
        kind: 'REGISTER',
        observed: 'PCI_ERR_UNCOR_MASK',
        value: '0x00400000',
      }),
      await all.record('recordDeviceUnplugged', { ...at, alias: 'net1' }),
      await all.record('recordHopPrepared', { host: 'hostb' }),
      await all.record('recordHopFailed', { host: 'hostb', error: 'get_pci_config_device: Bad config data' }),
      await all.record('recordStop', { ...at, reason: 'SHUTDOWN' }),
    ];
    expect(kinds.map(({ __typename }) => __typename)).toEqual(kinds.map(() => 'Recorded'));
    expect(kinds.at(-1)).toMatchObject({ revision: '8', vm: { state: 'STOPPED' } });
  });
});

test('before a launch: what it would carry, and what would keep it clean', async () => {
  const ask = async (version: string, properties: readonly object[]) => {
    const [port, net] = CONFIGURATION.devices;
    const configuration = { ...CONFIGURATION, devices: [port, { ...net, properties }] };
    const { data, errors } = await server.ask(
      `query ($destination: DestinationInput!, $configuration: LaunchConfigurationInput!) {
        assessLaunch(destination: $destination, configuration: $configuration) { ... on LaunchAdvice {
          verdict warnings { kind alias } taints { alias behaviourId value } leftovers { alias property text from }
          overrides { alias property value } rendered { qemuGlobal }
        } }
      }`,
      { destination: { build: { version } }, configuration },
    );
    expect(errors).toBeUndefined();
    return data.assessLaunch;
  };
  expect(await ask('8.2.0', [])).toMatchObject({ taints: [], leftovers: [], overrides: [] });
  const onBad = await ask('8.0.0', []);
  expect(onBad).toMatchObject({ verdict: 'RISKY', overrides: [] });
  expect(onBad.warnings).toContainEqual({ kind: 'BORN_TAINTED', alias: 'net0' });
  const withLeftover = await ask('8.2.0', [{ name: 'x-pcie-err-unc-mask', value: 'on' }]);
  expect(withLeftover.leftovers).toEqual([
    { alias: 'net0', property: 'x-pcie-err-unc-mask', text: 'on', from: 'DEVICE' },
  ]);
});
