import type { Destination, Verdict } from '../assess/assessment-answer.js';
import type { Cli } from '../cli.js';
import { findVm } from '../client/find-vm.js';
import { openClient } from '../client/open-client.js';
import { allNodes, type Page } from '../client/pages.js';
import { CliCommand } from '../command.js';
import { changesText, markVerdict, orRefused, type Changes, type Refusal } from '../plan/plan-answers.js';
import { DESTINATIONS } from '../plan/plan-documents.js';
import { renderTable, type Column } from '../show/table.js';
import { words } from '../show/words.js';

interface DestinationRow extends Changes {
  readonly verdict: Verdict;
  readonly tier: string;
  readonly returnHop: Verdict | null;
  readonly destination: Destination;
  readonly reasons: readonly { readonly kind: string; readonly text: string }[];
}

type DestinationPage = Page<DestinationRow> & { readonly __typename: 'AssessmentConnection' };

/** `hopledger destinations`: where a VM can go, best first. */
export const destinationsCommand = (cli: Cli): CliCommand =>
  new CliCommand('destinations')
    .description('Every host that a VM can be sent to, best first, and what it must be launched with there')
    .argument('<vm>', 'UUID, or the name when only one VM has it')
    .option('--json', 'print JSON')
    .examples('hopledger destinations web01', 'hopledger destinations web01 --json')
    .action(async (vm: string, options: { json?: boolean }, self: CliCommand) => {
      const client = openClient(cli, self);
      const uuid = await findVm(client, vm);
      const rows = await allNodes(async (page) => {
        const variables = { vm: uuid, ...page };
        const answer = await client.query<{ destinations: DestinationPage | Refusal }>(
          DESTINATIONS,
          variables,
        );
        return orRefused<DestinationPage>(answer.destinations, 'AssessmentConnection');
      });
      if (options.json === true) cli.out.json(rows);
      else if (rows.length === 0) cli.out.line('there is no other host in service');
      else for (const line of renderTable(COLUMNS, rows, cli.out)) cli.out.line(line);
    });

const COLUMNS: readonly Column<DestinationRow>[] = [
  { title: 'HOST', cell: ({ destination }) => destination.host ?? '-' },
  {
    title: 'VERDICT',
    cell: ({ verdict }) => words(verdict),
    mark: (text, { verdict }, style) => markVerdict(text, verdict, style),
  },
  { title: 'UPSTREAM', cell: ({ tier }) => words(tier), spare: 2 },
  { title: 'WAY BACK', cell: ({ returnHop }) => (returnHop === null ? '-' : words(returnHop)), spare: 3 },
  { title: 'BUILD', cell: ({ destination }) => destination.build.label, least: 8, spare: 1 },
  { title: 'WITH', cell: (row) => changesText(row) || (row.reasons[0]?.text ?? ''), least: 16 },
];
