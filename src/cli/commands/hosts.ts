import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { allNodes, type Page } from '../client/pages.js';
import { CliCommand } from '../command.js';
import { renderTable, type Column } from '../show/table.js';
import { when } from '../show/words.js';

const HOSTS = /* GraphQL */ `
  query Hosts($first: Int, $after: String) {
    hosts(first: $first, after: $after) {
      nodes {
        name
        builds {
          version
          package
          label
        }
        libvirt
        kernel
        vendor
        reportedAt
        retired
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

interface HostRow {
  readonly name: string;
  readonly builds: readonly { readonly label: string }[];
  readonly libvirt: string | null;
  readonly kernel: string | null;
  readonly vendor: string | null;
  readonly reportedAt: string;
  readonly retired: boolean;
}

/** `hopledger hosts`. */
export const hostsCommand = (cli: Cli): CliCommand =>
  new CliCommand('hosts')
    .description('Hosts and what they run, as last reported')
    .option('--json', 'print JSON')
    .examples('hopledger hosts')
    .action(async (options: { json?: boolean }, command: CliCommand) => {
      const client = openClient(cli, command);
      const hosts = await allNodes(
        async (page) => (await client.query<{ hosts: Page<HostRow> }>(HOSTS, page)).hosts,
      );
      if (options.json === true) cli.out.json(hosts);
      else if (hosts.length === 0) cli.err.line('no host reported yet; see hopledger record report-host');
      else for (const line of renderTable(COLUMNS, hosts, cli.out)) cli.out.line(line);
    });

const COLUMNS: readonly Column<HostRow>[] = [
  { title: 'HOST', cell: ({ name, retired }) => (retired ? `${name} (retired)` : name), least: 12 },
  { title: 'QEMU', cell: ({ builds }) => builds.map(({ label }) => label).join('; '), least: 16 },
  { title: 'LIBVIRT', cell: ({ libvirt }) => libvirt ?? '-' },
  { title: 'KERNEL', cell: ({ kernel }) => kernel ?? '-', least: 8, spare: 1 },
  { title: 'REPORTED', cell: ({ reportedAt }) => when(reportedAt), spare: 2 },
];
