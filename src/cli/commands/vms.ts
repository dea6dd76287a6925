import { Option } from 'commander';
import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { openClient } from '../client/open-client.js';
import { eachNode, type Page } from '../client/pages.js';
import { usageFailure } from '../failure.js';
import { repeatable, wholeNumber } from '../options/texts.js';
import { renderTable, type Column } from '../show/table.js';
import { words } from '../show/words.js';
import { VM_PAGE } from '../vm/vm-page.js';

export const VMS = /* GraphQL */ `
  query Vms($filter: VmFilter, $first: Int, $after: String) {
    vms(filter: $filter, first: $first, after: $after) {
      ...VmPage
    }
  }
  ${VM_PAGE}
`;

export interface VmRow {
  readonly uuid: string;
  readonly name: string | null;
  readonly state: string;
  readonly host: string | null;
  readonly build: string | null;
  readonly machineType: string | null;
  readonly taints: readonly string[];
  readonly unknowns: readonly string[];
  readonly leftovers: number;
  readonly lastSeenAt: string | null;
}

interface VmsOptions {
  readonly tainted?: boolean;
  readonly clean?: boolean;
  readonly behaviour?: string;
  readonly host?: string;
  readonly build?: string;
  readonly machineType?: string;
  readonly name?: string;
  readonly state?: readonly string[];
  readonly first: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

const STATES = ['running', 'migrating', 'saved', 'stopped', 'unknown'];

/** `hopledger vms`: which VMs there are. */
export const vmsCommand = (cli: Cli): CliCommand =>
  new CliCommand('vms')
    .description('VMs, as a table; the filters that are given must all hold')
    .option('--tainted', 'only those that carry a taint')
    .addOption(new Option('--clean', 'only those that carry none that is known of').conflicts('tainted'))
    .option('--behaviour <id>', 'only those tainted with this behaviour')
    .option('--host <name>', 'only those on this host')
    .option('--build <label>', 'only those on this build, as the table names it')
    .option('--machine-type <name>', 'only those with this machine type')
    .option('--name <text>', 'only those whose name holds this text, whatever the case')
    .option('--state <state>', `only those that are ${STATES.join(', ')}; may be given again`, repeatable)
    .option('--first <count>', 'at most so many', wholeNumber, 50)
    .addOption(new Option('--all', 'all of them, page by page'))
    .option('--json', 'print JSON')
    .examples(
      'hopledger vms --tainted',
      'hopledger vms --behaviour pcie-err-unc-mask --state running --all --json',
    )
    .action(async (options: VmsOptions, command: CliCommand) => {
      const client = openClient(cli, command);
      const filter = filterOf(options);
      const atMost = options.all === true ? Infinity : options.first;
      const read = async (page: object) =>
        (await client.query<{ vms: Page<VmRow> }>(VMS, { filter, ...page })).vms;
      const rows: VmRow[] = [];
      // One more than asked for tells whether there are more.
      for await (const row of eachNode(read, { atMost: atMost + 1 })) rows.push(row);
      const shown = rows.slice(0, atMost);
      if (options.json === true) {
        cli.out.json(shown);
        return;
      }
      if (shown.length === 0) cli.err.line('no VM is so');
      else for (const line of renderTable(VM_COLUMNS, shown, cli.out)) cli.out.line(line);
      if (rows.length > shown.length)
        cli.err.line(`there are more than these ${shown.length}: --all, or --first with a larger number`);
    });

const filterOf = ({
  tainted,
  clean,
  behaviour,
  host,
  build,
  machineType,
  name,
  state,
}: VmsOptions): object => {
  const wrong = state?.find((one) => !STATES.includes(one.toLowerCase()));
  if (wrong !== undefined) throw usageFailure(`--state ${wrong}: it is one of ${STATES.join(', ')}`);
  return {
    ...(tainted === true && { tainted: true }),
    ...(clean === true && { tainted: false }),
    ...(behaviour !== undefined && { behaviour }),
    ...(host !== undefined && { host }),
    ...(build !== undefined && { build }),
    ...(machineType !== undefined && { machineType }),
    ...(name !== undefined && { name }),
    ...(state !== undefined && { states: state.map((one) => one.toUpperCase()) }),
  };
};

/** The table of VMs, also under `host` and `behaviour`. */
export const VM_COLUMNS: readonly Column<VmRow>[] = [
  { title: 'NAME', cell: ({ name }) => name ?? '-', least: 8 },
  { title: 'UUID', cell: ({ uuid }) => uuid },
  { title: 'STATE', cell: ({ state }) => words(state) },
  { title: 'HOST', cell: ({ host }) => host ?? '-', least: 6, spare: 1 },
  { title: 'BUILD', cell: ({ build }) => build ?? '-', least: 7, spare: 3 },
  { title: 'MACHINE TYPE', cell: ({ machineType }) => machineType ?? '-', least: 10, spare: 2 },
  {
    title: 'TAINTS',
    cell: ({ taints, unknowns }) => [...taints, ...unknowns.map((id) => `${id}?`)].join(' ') || '-',
    mark: (text, { taints, unknowns }, style) =>
      taints.length > 0 ? style.bad(text) : unknowns.length > 0 ? style.warn(text) : text,
    least: 8,
  },
];
