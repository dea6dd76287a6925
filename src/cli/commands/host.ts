import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { allNodes, type Page } from '../client/pages.js';
import { CliCommand } from '../command.js';
import { CliFailure } from '../failure.js';
import { renderTable } from '../show/table.js';
import { harmless } from '../show/harmless.js';
import { count, listed, when } from '../show/words.js';
import { VM_PAGE } from '../vm/vm-page.js';
import { VM_COLUMNS, type VmRow } from './vms.js';

const HOST = /* GraphQL */ `
  query Host($name: String!) {
    host(name: $name) {
      name
      builds {
        version
        package
        label
        emulator
        probe {
          fingerprint
          deviceTypeCount
          machineTypes {
            name
          }
        }
      }
      libvirt
      kernel
      vendor
      machineTypes
      cpu {
        model
        vendor
        features
      }
      deviceFeatures {
        device
        features
      }
      reportedAt
      retired
    }
  }
`;

const HOST_VMS = /* GraphQL */ `
  query HostVms($name: String!, $first: Int, $after: String) {
    host(name: $name) {
      vms(first: $first, after: $after) {
        ...VmPage
      }
    }
  }
  ${VM_PAGE}
`;

interface HostBuildAnswer {
  readonly label: string;
  readonly emulator: string | null;
  readonly probe: {
    readonly deviceTypeCount: number;
    readonly machineTypes: readonly { readonly name: string }[];
  } | null;
}

interface HostAnswer {
  readonly name: string;
  readonly builds: readonly HostBuildAnswer[];
  readonly libvirt: string | null;
  readonly kernel: string | null;
  readonly vendor: string | null;
  readonly machineTypes: readonly string[] | null;
  readonly cpu: {
    readonly model: string | null;
    readonly vendor: string | null;
    readonly features: readonly string[];
  } | null;
  readonly deviceFeatures:
    readonly { readonly device: string; readonly features: readonly string[] }[] | null;
  readonly reportedAt: string;
  readonly retired: boolean;
}

const buildText = ({ label, emulator, probe }: HostBuildAnswer): string => {
  const said =
    probe === null
      ? 'not probed'
      : `probed: ${count(probe.machineTypes.length, 'machine type')}, ${count(probe.deviceTypeCount, 'device type')}`;
  return [label, emulator, said].filter((part) => part !== null).join('  ');
};

const cpuText = ({ model, vendor, features }: NonNullable<HostAnswer['cpu']>): string =>
  [model ?? 'model not said', vendor, count(features.length, 'feature')]
    .filter((part) => part !== null)
    .join(', ');

/** `hopledger host`: one host and the VMs on it. */
export const hostCommand = (cli: Cli): CliCommand =>
  new CliCommand('host')
    .description('One host: what it runs, and the VMs on it')
    .argument('<name>', 'the name under which it reports')
    .option('--json', 'print JSON')
    .examples('hopledger host hosta')
    .action(async (name: string, options: { json?: boolean }, command: CliCommand) => {
      const client = openClient(cli, command);
      const { host } = await client.query<{ host: HostAnswer | null }>(HOST, { name });
      if (host === null) {
        throw new CliFailure(`no host ${name} ever reported`, {
          code: 'UNKNOWN_HOST',
          advice: '`hopledger hosts` lists those that did',
        });
      }
      const vms = await allNodes(async (page) => {
        const answer = await client.query<{ host: { vms: Page<VmRow> } | null }>(HOST_VMS, { name, ...page });
        return answer.host?.vms ?? { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
      });
      if (options.json === true) cli.out.json({ ...host, vms });
      else show(cli, host, vms);
    });

const show = ({ out }: Cli, host: HostAnswer, vms: readonly VmRow[]): void => {
  out.line(`${out.style.bold(harmless(host.name))}${host.retired ? out.style.warn('  retired') : ''}`);
  const facts: readonly (readonly [string, string | null])[] = [
    ...host.builds.map((build) => ['qemu', buildText(build)] as const),
    ['libvirt', host.libvirt],
    ['kernel', host.kernel],
    ['vendor', host.vendor],
    ['cpu', host.cpu === null ? null : cpuText(host.cpu)],
    ...(host.deviceFeatures ?? []).map(
      ({ device, features }) => ['devices', `${device}: ${listed(features)}`] as const,
    ),
    [
      'machine types',
      host.machineTypes === null ? "the catalogue's for its default build" : listed(host.machineTypes),
    ],
    ['reported', when(host.reportedAt)],
  ];
  for (const [title, text] of facts)
    if (text !== null) out.line(`  ${out.style.dim(title.padEnd(14))}${harmless(text)}`);
  out.line();
  if (vms.length === 0) out.line('no VM runs on it');
  else for (const line of renderTable(VM_COLUMNS, vms, out)) out.line(line);
};
