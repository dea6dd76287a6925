import { Option } from 'commander';
import type { Cli } from '../cli.js';
import { findVm } from '../client/find-vm.js';
import { openClient } from '../client/open-client.js';
import { eachNode, type Page } from '../client/pages.js';
import { CliCommand } from '../command.js';
import { eventLine, type FeedEvent } from '../events/event-line.js';
import { repeatable, wholeNumber } from '../options/texts.js';

const EVENTS = /* GraphQL */ `
  query Events($filter: EventFilter, $first: Int, $after: Position) {
    events(filter: $filter, first: $first, after: $after) {
      nodes {
        id
        type
        stream
        vm
        host
        position
        revision
        occurredAt
        recordedAt
        actor
        tool
        data
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

const POSITION = /* GraphQL */ `
  query Position {
    ledger {
      position
    }
  }
`;

interface EventsOptions {
  readonly after?: string;
  readonly type?: readonly string[];
  readonly vm?: string;
  readonly first: number;
  readonly all?: boolean;
  readonly follow?: boolean;
  readonly json?: boolean;
}

/** `hopledger events`: the ledger itself. */
export const eventsCommand = (cli: Cli): CliCommand =>
  new CliCommand('events')
    .description('The events of VMs and hosts, in the order of the ledger')
    .option(
      '--after <position>',
      'read on after this position (default: from the beginning; with --follow: from now on)',
    )
    .option('--type <type>', 'only this type, such as HopFailed; may be given again', repeatable)
    .option('--vm <vm>', 'only of this VM: UUID or name')
    .option('--first <count>', 'at most so many', wholeNumber, 50)
    .option('--all', 'all of them, page by page')
    .addOption(new Option('--follow', 'and then those that come, until interrupted').implies({ all: true }))
    .option('--json', 'print JSON, one event a line')
    .examples(
      'hopledger events --type HopFailed --all',
      'hopledger events --follow --json | while read -r event; do …; done',
    )
    .action(async (options: EventsOptions, command: CliCommand) => {
      const client = openClient(cli, command);
      const vm = options.vm === undefined ? undefined : await findVm(client, options.vm);
      const filter = {
        ...(options.type !== undefined && { types: options.type }),
        ...(vm !== undefined && { vm }),
      };
      const show = async (event: FeedEvent): Promise<void> => {
        cli.out.line(options.json === true ? JSON.stringify(event) : eventLine(event, cli.out.style));
        await cli.out.drained();
      };
      if (options.follow !== true) {
        const read = async (page: object) =>
          (await client.query<{ events: Page<FeedEvent> }>(EVENTS, { filter, ...page })).events;
        const atMost = options.all === true ? Infinity : options.first;
        for await (const event of eachNode(read, { after: options.after ?? null, atMost })) await show(event);
        return;
      }
      // A position, so that what is recorded before the first event arrives is not missed after a lost connection.
      const after =
        options.after ?? (await client.query<{ ledger: { position: string } }>(POSITION)).ledger.position;
      const { followEvents } = await import('../events/follow.js');
      await followEvents(client, {
        after,
        filter,
        onEvent: show,
        onLost: (error, pauseMs) =>
          cli.err.line(`${error.message}; again in ${(pauseMs / 1000).toFixed(1)} s`),
      });
    });
