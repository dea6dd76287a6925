import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { eachNode, type Page, type PageVariables } from '../client/pages.js';
import { CliCommand } from '../command.js';
import { CliFailure } from '../failure.js';
import { renderTable, type Column } from '../show/table.js';
import { when } from '../show/words.js';
import { VM_PAGE } from '../vm/vm-page.js';
import { VM_COLUMNS, type VmRow } from './vms.js';

const AFFECTED_VMS = /* GraphQL */ `
  query AffectedVms($id: ID!, $unknown: Boolean!, $first: Int, $after: String) {
    behaviour(id: $id) {
      affectedVms(unknown: $unknown, first: $first, after: $after) {
        ...VmPage
      }
    }
  }
  ${VM_PAGE}
`;

const AFFECTED_SAVED_STATES = /* GraphQL */ `
  query AffectedSavedStates($id: ID!, $unknown: Boolean!, $first: Int, $after: String) {
    behaviour(id: $id) {
      affectedSavedStates(unknown: $unknown, first: $first, after: $after) {
        nodes {
          vm
          name
          id
          savedAt
          host
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`;

interface SavedRow {
  readonly vm: string;
  readonly name: string | null;
  readonly id: string;
  readonly savedAt: string;
  readonly host: string;
}

const MOST_SHOWN = 50;

/** `hopledger catalogue affected`: who carries a behaviour off its reference. */
export const affectedCommand = (cli: Cli): CliCommand =>
  new CliCommand('affected')
    .description('The VMs and saved states that carry a behaviour off its reference')
    .argument('<id>', 'such as pcie-err-unc-mask')
    .option('--unknown', 'those of which it cannot be told, a fact being missing')
    .option('--all', 'all of them; else the first 50 of each')
    .option('--json', 'print JSON')
    .examples('hopledger catalogue affected pcie-err-unc-mask')
    .action(
      async (id: string, options: { unknown?: boolean; all?: boolean; json?: boolean }, self: CliCommand) => {
        const client = openClient(cli, self);
        const read =
          <T>(document: string, field: string) =>
          async (page: PageVariables): Promise<Page<T>> => {
            const variables = { id, unknown: options.unknown === true, ...page };
            const { behaviour } = await client.query<{
              behaviour: Readonly<Record<string, Page<T>>> | null;
            }>(document, variables);
            const found = behaviour?.[field];
            if (found !== undefined) return found;
            throw new CliFailure(`the catalogue has no behaviour ${id}`, {
              code: 'UNKNOWN_BEHAVIOUR',
              advice: '`hopledger behaviours` lists them',
            });
          };
        const atMost = options.all === true || options.json === true ? Infinity : MOST_SHOWN;
        const vms = await some<VmRow>(read(AFFECTED_VMS, 'affectedVms'), atMost);
        const saved = await some<SavedRow>(read(AFFECTED_SAVED_STATES, 'affectedSavedStates'), atMost);
        if (options.json === true) cli.out.json({ vms, savedStates: saved });
        else show(cli, vms, saved, atMost);
      },
    );

const some = async <T>(read: (page: PageVariables) => Promise<Page<T>>, atMost: number): Promise<T[]> => {
  const found: T[] = [];
  for await (const one of eachNode(read, { atMost })) found.push(one);
  return found;
};

const show = ({ out, err }: Cli, vms: readonly VmRow[], saved: readonly SavedRow[], atMost: number): void => {
  if (vms.length === 0) out.line('no VM');
  else for (const line of renderTable(VM_COLUMNS, vms, out)) out.line(line);
  out.line();
  if (saved.length === 0) out.line('no saved state');
  else for (const line of renderTable(SAVED_COLUMNS, saved, out)) out.line(line);
  if (vms.length === atMost || saved.length === atMost) err.line(`the first ${atMost} of each; all: --all`);
};

const SAVED_COLUMNS: readonly Column<SavedRow>[] = [
  { title: 'SAVED STATE', cell: ({ id }) => id, least: 16 },
  { title: 'VM', cell: ({ name, vm }) => name ?? vm },
  { title: 'HOST', cell: ({ host }) => host },
  { title: 'SAVED', cell: ({ savedAt }) => when(savedAt), spare: 1 },
];
