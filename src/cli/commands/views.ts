import { setTimeout } from 'node:timers/promises';
import type { Cli } from '../cli.js';
import type { Client } from '../client/client.js';
import { openClient } from '../client/open-client.js';
import { CliCommand } from '../command.js';
import { CliFailure } from '../failure.js';
import { harmless } from '../show/harmless.js';
import { count, words } from '../show/words.js';

const REBUILD = /* GraphQL */ `
  mutation RebuildViews {
    rebuildViews {
      state
      startedAt
      endedAt
      eventsRead
      reason
    }
  }
`;

const STATUS = /* GraphQL */ `
  query ViewsRebuild {
    ledger {
      viewsRebuild {
        state
        startedAt
        endedAt
        eventsRead
        reason
      }
    }
  }
`;

interface Rebuild {
  readonly state: 'RUNNING' | 'DONE' | 'FAILED';
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly eventsRead: number;
  readonly reason: string | null;
}

/** How often it is asked how far a rebuild is. */
const ASK_MS = 500;

/** `hopledger views`: the care of what is computed from the ledger. */
export const viewsCommand = (cli: Cli): CliCommand =>
  new CliCommand('views')
    .description('Build what is computed from the ledger anew, while the server goes on')
    .addCommand(rebuildCommand(cli));

const rebuildCommand = (cli: Cli): CliCommand =>
  new CliCommand('rebuild')
    .description(
      'Build the views of one server anew beside those that serve; they are switched when the new ones are level (role admin)',
    )
    .option('--no-wait', 'begin it, and do not wait for its end')
    .option('--json', 'print JSON')
    .examples('hopledger views rebuild')
    .action(async (options: { wait: boolean; json?: boolean }, command: CliCommand) => {
      const client = openClient(cli, command);
      const { rebuildViews } = await client.query<{ rebuildViews: Rebuild }>(REBUILD);
      const rebuild = options.wait ? await ended(client, rebuildViews) : rebuildViews;
      if (rebuild.state === 'FAILED')
        throw new CliFailure(`the rebuild failed: ${harmless(rebuild.reason ?? 'no reason given')}`, {
          advice: 'the views before it serve on',
        });
      if (options.json === true) cli.out.json(rebuild);
      else cli.out.line(`views ${words(rebuild.state)}: ${count(rebuild.eventsRead, 'event')} read`);
    });

/** @throws CliFailure when the server was started anew meanwhile */
const ended = async (client: Client, begun: Rebuild): Promise<Rebuild> => {
  let now = begun;
  while (now.state === 'RUNNING') {
    await setTimeout(ASK_MS);
    const { ledger } = await client.query<{ ledger: { viewsRebuild: Rebuild | null } }>(STATUS);
    if (ledger.viewsRebuild?.startedAt !== begun.startedAt)
      throw new CliFailure('the server was started anew, which broke the rebuild off');
    now = ledger.viewsRebuild;
  }
  return now;
};
