import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestServer } from './graphql-harness.js';

const ERROR = `get_pci_config_device: Bad config data: i=0x10a read: 40 device: 0 cmask: ff wmask: 0 w1cmask:0
Failed to load PCIDevice:config
Failed to load e1000e:parent_obj
error while loading state for instance 0x0 of device '0000:00:02.0:00.0/e1000e'
load of migration failed: Invalid argument`;

const DIAGNOSE = /* GraphQL */ `
  query Diagnose($text: String!, $build: BuildInput) {
    diagnose(text: $text, build: $build) {
      summary
      lineCount
      skippedChars
      findings {
        kind
        severity
        summary
        device {
          path
          behind
          alias
          qomTypes
        }
        register {
          name
          byte
          certainty
          bits {
            bit
            name
            incoming
          }
        }
        features {
          missing {
            bit
            name
            property
          }
        }
        explanations {
          behaviourId
          how
          carried
          certainty
        }
        claims {
          certainty
          text
        }
        nextSteps {
          text
          global
          device
        }
        lines {
          number
          text
        }
      }
      notUnderstood {
        number
        text
      }
    }
  }
`;

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.close());

describe('diagnose', () => {
  test('names the device, the register, the behaviour, and what to pass', async () => {
    const { data, errors } = await server.ask(DIAGNOSE, { text: ERROR });
    expect(errors).toBeUndefined();
    expect(data.diagnose).toMatchObject({
      lineCount: 5,
      skippedChars: 0,
      notUnderstood: [],
      findings: [
        {
          kind: 'CONFIG_SPACE',
          severity: 'REFUSED',
          device: { path: '0000:00:02.0:00.0', behind: '0000:00:02.0', alias: null, qomTypes: ['e1000e'] },
          register: {
            name: 'PCI_ERR_UNCOR_MASK',
            byte: 2,
            certainty: 'CERTAIN',
            bits: [{ bit: 22, name: 'PCI_ERR_UNC_INTN', incoming: true }],
          },
          explanations: [
            {
              behaviourId: 'pcie-err-unc-mask',
              how: ['PATTERN', 'STRUCTURE'],
              carried: 'on',
              certainty: 'CERTAIN',
            },
          ],
        },
      ],
    });
    const [finding] = data.diagnose.findings;
    expect(finding?.nextSteps[0]).toMatchObject({ global: 'pci-device.x-pcie-err-unc-mask=on' });
    expect(finding?.lines).toHaveLength(5);
  });

  test('advises no property that the given build has not', async () => {
    const { data } = await server.ask(DIAGNOSE, { text: ERROR, build: { version: '7.2.22' } });
    expect(data.diagnose.findings[0]?.nextSteps.map(({ global }) => global)).toEqual([null, null]);
  });

  test('gives back what it does not know', async () => {
    const { data } = await server.ask(DIAGNOSE, { text: 'kvm: no such thing\nhm' });
    expect(data.diagnose).toMatchObject({
      findings: [{ kind: 'UNKNOWN', severity: 'INFO', lines: [{ number: 1, text: 'kvm: no such thing' }] }],
      notUnderstood: [{ number: 2, text: 'hm' }],
    });
    expect((await server.ask(DIAGNOSE, { text: '' })).data.diagnose).toMatchObject({
      summary: 'nothing is said',
      findings: [],
    });
  });
});

describe('a failed hop', () => {
  const uuid = '2e7c1f5a-8d4b-4c39-9a10-5b6c7d8e9f00';
  const devices = [
    { alias: 'pci.1', qomType: 'pcie-root-port', address: '0000:00:02.0' },
    { alias: 'net0', qomType: 'e1000e', address: '0000:01:00.0' },
  ];
  const record = async (mutation: string, kind: string, input: object): Promise<void> => {
    const { data, errors } = await server.ask(
      `mutation R($input: ${kind}!) { answer: ${mutation}(input: $input) { __typename } }`,
      { input: { idempotencyKey: `${mutation}-${JSON.stringify(input)}`.slice(0, 100), uuid, ...input } },
    );
    expect({ data, errors }).toEqual({ data: { answer: { __typename: 'Recorded' } }, errors: undefined });
  };

  test('is diagnosed by itself, with the names of its own devices', async () => {
    const configuration = { machineType: 'pc-q35-7.2', devices };
    await record('recordLaunch', 'RecordLaunchInput', {
      host: 'a',
      occurredAt: '2026-11-20T08:00:00Z',
      build: { version: '8.0.0', package: 'upstream' },
      configuration,
    });
    await record('recordHopStarted', 'RecordHopStartedInput', {
      host: 'b',
      occurredAt: '2026-11-20T09:00:00Z',
      via: 'MIGRATION',
      build: { version: '8.2.0', package: 'upstream' },
      configuration,
    });
    await record('recordHopFailed', 'RecordHopFailedInput', {
      host: 'b',
      occurredAt: '2026-11-20T09:00:05Z',
      error: ERROR,
    });
    const { data, errors } = await server.ask(
      `query Q($uuid: UUID!) { vm(uuid: $uuid) { hops { nodes { outcome error diagnosis { summary findings {
         device { alias } explanations { behaviourId carried } } } } } } }`,
      { uuid },
    );
    expect(errors).toBeUndefined();
    expect(data.vm.hops.nodes).toMatchObject([
      {
        outcome: 'FAILED',
        error: ERROR,
        diagnosis: {
          summary: expect.stringContaining('pcie-err-unc-mask on at the source'),
          findings: [
            {
              device: { alias: 'net0' },
              explanations: [{ behaviourId: 'pcie-err-unc-mask', carried: 'on' }],
            },
          ],
        },
      },
    ]);
  });
});
