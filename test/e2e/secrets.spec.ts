import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { storedElsewhere } from './ledger-under-test.js';
import { startServer, type RunningServer } from './running-server.js';

const UUID = '11111111-2222-4333-8444-00000000005e';
const SECRET = 'ourhardworkbythesewords';
const at = { uuid: UUID, host: 'hv1', name: 'mac' };
const applesmc = {
  alias: 'smc',
  qomType: 'isa-applesmc',
  properties: [
    { name: 'osk', value: SECRET },
    { name: 'iobase', value: '768' },
  ],
};
const configuration = {
  machineType: 'pc-q35-7.2',
  devices: [applesmc],
  globals: [{ driver: 'usb-storage', property: 'password-secret', value: SECRET }],
};

interface Recorded {
  readonly __typename: string;
  readonly eventIds?: readonly string[];
  readonly repeated?: boolean;
}

describe('secrets of devices', () => {
  let server: RunningServer;
  const record = async (mutation: string, input: Readonly<Record<string, unknown>>): Promise<Recorded> => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const answer = await server.graphql<{ recorded: Recorded }>(
      `mutation ($input: ${type}!) { recorded: ${mutation}(input: $input) { __typename ... on Recorded { eventIds repeated } } }`,
      { input },
    );
    return answer.recorded;
  };
  const stored = (): string =>
    storedElsewhere(server.directory) +
    readdirSync(server.directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('reach the ledger neither as data nor as the report they came in', async () => {
    const launch = { ...at, idempotencyKey: 'launch', configuration };
    const { eventIds = [] } = await record('recordLaunch', launch);
    const all = [
      await record('recordDevicePlugged', { ...at, idempotencyKey: 'plug', device: { ...applesmc, alias: 'smc1' } }),
      await record('observeValue', {
        ...at, idempotencyKey: 'see', alias: 'smc', kind: 'PROPERTY', observed: 'osk', value: SECRET,
      }),
      await record('assertOrigin', {
        ...at, idempotencyKey: 'origin', build: { version: '7.2.0' }, configuration, reason: 'known',
      }),
      await record('correctEvent', {
        uuid: UUID, idempotencyKey: 'correct', eventId: eventIds[0], reason: 'wrong port',
        replacement: {
          configuration: {
            machineType: 'pc-q35-7.2', globals: [], cpu: null, accelerator: null,
            devices: [{ ...applesmc, address: null, properties: { osk: SECRET } }],
          },
        },
      }),
    ]; // prettier-ignore
    expect(all.map(({ __typename }) => __typename)).toEqual(all.map(() => 'Recorded'));
    expect(stored()).not.toContain(SECRET);
    expect(stored()).toContain('iobase');
  });

  it('leave a repeated report a repeat', async () => {
    const launch = { ...at, idempotencyKey: 'launch', configuration };
    expect(await record('recordLaunch', launch)).toMatchObject({ __typename: 'Recorded', repeated: true });
    const other = { ...configuration, machineType: 'pc-q35-8.0' };
    expect(await record('recordLaunch', { ...launch, configuration: other })).toEqual({
      __typename: 'IdempotencyConflict',
    });
  });

  it('stay in the XML that a hook gives back, and in nothing that is stored of it', async () => {
    const xml = `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>mac</name>
  <uuid>${UUID.replace('5e', '5f')}</uuid>
  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
  <qemu:commandline><qemu:arg value='-device'/><qemu:arg value='isa-applesmc,osk=${SECRET}'/></qemu:commandline>
</domain>`;
    const answer = await server.post('/v1/libvirt/hook', {
      host: 'hv1',
      argv: ['mac', 'migrate', 'begin', '-'],
      xml,
    });
    expect(answer.json).toMatchObject({ xml });
    expect(stored()).not.toContain(SECRET);
  });
});
