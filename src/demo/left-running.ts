import type { Client } from './client.js';
import type { Recording } from './recording.js';

export const WEB01 = '11111111-2222-4333-8444-0000000000aa';

/**
 * All guests of the recording are off at its end. So that there is a running one to ask about, a guest is reported that
 * is made up: the machine type of the recording's, cold-booted on the first host.
 */
export const leaveOneRunning = async (client: Client, { hosts }: Recording): Promise<void> => {
  const [first] = hosts;
  if (first === undefined) throw new Error('the recording has no host');
  await client.graphql(
    'mutation ($input: RecordLaunchInput!) { recordLaunch(input: $input) { __typename } }',
    {
      input: {
        idempotencyKey: 'demo web01',
        uuid: WEB01,
        host: first.name,
        name: 'web01',
        build: first.qemu,
        configuration: {
          machineType: 'pc-q35-7.2',
          devices: [
            { alias: 'pci.1', qomType: 'pcie-root-port', address: '0000:00:01.0' },
            { alias: 'net0', qomType: 'e1000e', address: '0000:01:00.0' },
          ],
          accelerator: 'tcg',
        },
      },
    },
  );
};

/** To paste into the page; each has something to show. */
export const QUERIES = `
  { vms(first: 10) { edges { node { name state host taints } } } }

  { vm(uuid: "11111111-2222-4333-8444-000000000001") { name hops { edges { node {
      outcome from { host } to { host } advice { verdict answer } } } }
      leftovers { edges { node { alias property host } } } } }

  { assess(subject: {vm: "${WEB01}"}, destination: {host: "hostc"}) {
      ... on Assessment { verdict tier returnHop reasons { text } rendered { qemuGlobal libvirtOverride } } } }

  { diagnose(text: "get_pci_config_device: Bad config data: i=0x10a read: 40 device: 0 cmask: ff wmask: 0 w1cmask:0") {
      summary findings { kind summary } } }
`;
