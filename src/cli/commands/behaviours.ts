import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { CliCommand } from '../command.js';
import { renderTable, type Column } from '../show/table.js';
import { words } from '../show/words.js';

const BEHAVIOURS = /* GraphQL */ `
  query Behaviours {
    behaviours {
      id
      title
      scope
      sticky
      consequence
      values
      evidence {
        grade
        note
      }
    }
  }
`;

interface BehaviourRow {
  readonly id: string;
  readonly title: string;
  readonly scope: string;
  readonly sticky: string;
  readonly consequence: string;
  readonly values: readonly string[];
  readonly evidence: { readonly grade: string };
}

/** `hopledger behaviours`: what the server's catalogue knows to differ between builds. */
export const behavioursCommand = (cli: Cli): CliCommand =>
  new CliCommand('behaviours')
    .description("What the server's catalogue knows to differ between QEMU builds")
    .option('--json', 'print JSON')
    .examples('hopledger behaviours')
    .action(async (options: { json?: boolean }, command: CliCommand) => {
      const { behaviours } = await openClient(cli, command).query<{ behaviours: readonly BehaviourRow[] }>(
        BEHAVIOURS,
      );
      if (options.json === true) cli.out.json(behaviours);
      else for (const line of renderTable(COLUMNS, behaviours, cli.out)) cli.out.line(line);
    });

const COLUMNS: readonly Column<BehaviourRow>[] = [
  { title: 'BEHAVIOUR', cell: ({ id }) => id },
  { title: 'WHEN IT DIFFERS', cell: ({ consequence }) => words(consequence) },
  { title: 'HELD BY', cell: ({ sticky }) => words(sticky) },
  { title: 'EVIDENCE', cell: ({ evidence }) => words(evidence.grade), spare: 1 },
  { title: 'WHAT', cell: ({ title }) => title, least: 16, spare: 2 },
];
