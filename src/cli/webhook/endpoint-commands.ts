import type { Cli } from '../cli.js';
import type { Client } from '../client/client.js';
import { openClient } from '../client/open-client.js';
import { allNodes, type Page } from '../client/pages.js';
import { CliCommand } from '../command.js';
import { CliFailure, usageFailure } from '../failure.js';
import { renderTable, type Column } from '../show/table.js';
import { words } from '../show/words.js';
import type { EndpointAnswer, EndpointRow, MutationAnswer } from './answers.js';
import { ENDPOINT, ENDPOINTS } from './documents.js';
import { filterOf, limitsOf, withEndpointOptions, type EndpointOptions } from './endpoint-options.js';
import { endpointLines } from './endpoint-text.js';
import { sendCommand } from './send-command.js';

interface Json {
  readonly json?: boolean;
}

/** @throws CliFailure when there is none */
export const readEndpoint = async (client: Client, id: string): Promise<EndpointAnswer> => {
  const { webhookEndpoint } = await client.query<{ webhookEndpoint: EndpointAnswer | null }>(ENDPOINT, {
    id,
  });
  if (webhookEndpoint !== null) return webhookEndpoint;
  throw new CliFailure(`no webhook endpoint ${id}`, {
    code: 'UNKNOWN_WEBHOOK_ENDPOINT',
    advice: '`hopledger webhook list` lists those that there are',
  });
};

/**
 * The secret goes to standard output, the remark beside it does not.
 * @throws CliFailure when it was in an answer that never came: this one is that of a repeat
 */
const showSecret = (cli: Cli, { endpoint, secret, repeated }: MutationAnswer, json?: boolean): void => {
  const id = endpoint?.id ?? '-';
  if (json === true) cli.out.json({ id, secret, repeated });
  else cli.out.line(`endpoint  ${id}`);
  if (secret == null) {
    throw new CliFailure(
      'it is done, but the answer with the secret was lost on its way, and no other has it',
      {
        advice: `for another secret: hopledger webhook rotate ${id} --previous-valid 0`,
      },
    );
  }
  if (json !== true) cli.out.line(`secret    ${secret}`);
  cli.err.line('the secret is shown this once and kept nowhere');
};

export const addCommand = (cli: Cli): CliCommand =>
  withEndpointOptions(
    new CliCommand('add')
      .description('Have messages sent to a URL from now on; prints the secret, this once')
      .argument('<url>', 'where to'),
  )
    .examples(
      'hopledger webhook add https://ops.example.org/hopledger --type vm.tainted --type vm.cold_boot_needed',
      'hopledger webhook add https://ops.example.org/hopledger --label env=prod',
    )
    .action(async (url: string, options: EndpointOptions, command: CliCommand) => {
      const client = openClient(cli, command);
      const filter = await filterOf(client, options);
      const limits = limitsOf(options, undefined);
      const input = { url, description: options.description, filter, limits };
      showSecret(cli, await sendCommand(client, 'registerWebhookEndpoint', input), options.json);
    });

const COLUMNS: readonly Column<EndpointRow>[] = [
  { title: 'ID', cell: ({ id }) => id },
  { title: 'URL', cell: ({ url }) => url, least: 20 },
  {
    title: 'STATE',
    cell: ({ paused, failingSince, canSign }) =>
      !canSign
        ? 'no key'
        : paused !== null
          ? `paused: ${words(paused.reason)}`
          : failingSince === null
            ? 'active'
            : 'failing',
    mark: (text, _row, style) => (text === 'active' ? style.good(text) : style.warn(text)),
  },
  { title: 'WAITING', cell: ({ counts }) => String(counts.waiting), align: 'right' },
  { title: 'DEAD', cell: ({ counts }) => String(counts.dead), align: 'right' },
  { title: 'DESCRIPTION', cell: ({ description }) => description ?? '-', least: 8, spare: 1 },
];

export const listCommand = (cli: Cli): CliCommand =>
  new CliCommand('list')
    .description('Endpoints, and how they do')
    .option('--json', 'print JSON')
    .examples('hopledger webhook list')
    .action(async ({ json }: Json, command: CliCommand) => {
      const client = openClient(cli, command);
      const rows = await allNodes(
        async (page) =>
          (await client.query<{ webhookEndpoints: Page<EndpointRow> }>(ENDPOINTS, { ...page }))
            .webhookEndpoints,
      );
      if (json === true) cli.out.json(rows);
      else if (rows.length === 0) cli.err.line('there is no endpoint');
      else for (const line of renderTable(COLUMNS, rows, cli.out)) cli.out.line(line);
    });

export const showCommand = (cli: Cli): CliCommand =>
  new CliCommand('show')
    .description('One endpoint: where to, which messages, how it does')
    .argument('<id>', 'its id')
    .option('--json', 'print JSON')
    .examples('hopledger webhook show 0f6b7c1e-52a4-4d0b-9c58-7f1de03a9b42')
    .action(async (id: string, { json }: Json, command: CliCommand) => {
      const endpoint = await readEndpoint(openClient(cli, command), id);
      if (json === true) cli.out.json(endpoint);
      else for (const line of endpointLines(endpoint, cli.out.style)) cli.out.line(line);
    });

interface ChangeOptions extends EndpointOptions {
  readonly to?: string;
  /** False with `--no-filter`. */
  readonly filter: boolean;
}

export const changeCommand = (cli: Cli): CliCommand =>
  withEndpointOptions(
    new CliCommand('change')
      .description('Change an endpoint; a filter that is given takes the place of the one before')
      .argument('<id>', 'its id')
      // Not --url: that is the server's.
      .option('--to <url>', 'where to')
      .option('--no-filter', 'send it all messages'),
  )
    .examples(
      'hopledger webhook change 0f6b7c1e-52a4-4d0b-9c58-7f1de03a9b42 --type hop.failed --per-second 10',
    )
    .action(async (endpoint: string, { to, filter, ...options }: ChangeOptions, command: CliCommand) => {
      const client = openClient(cli, command);
      const asked = await filterOf(client, options);
      if (!filter && asked !== undefined) throw usageFailure('--no-filter goes with no filter');
      const before =
        options.concurrency === undefined && options.perSecond === undefined
          ? undefined
          : (await readEndpoint(client, endpoint)).limits;
      const input = {
        endpoint,
        url: to,
        description: options.description,
        filter: filter ? asked : null,
        limits: limitsOf(options, before),
      };
      const { position } = await sendCommand(client, 'changeWebhookEndpoint', input);
      if (options.json === true) cli.out.json({ endpoint, position });
      else cli.out.line(`changed: ${endpoint}`);
    });

export const rotateCommand = (cli: Cli): CliCommand =>
  new CliCommand('rotate')
    .description('Make a new secret and print it, this once; the one before signs too for a while')
    .argument('<id>', 'the endpoint')
    .option('--previous-valid <hours>', 'how long the secret before signs too, up to 720', '24')
    .option('--json', 'print JSON')
    .examples('hopledger webhook rotate 0f6b7c1e-52a4-4d0b-9c58-7f1de03a9b42 --previous-valid 48')
    .action(
      async (endpoint: string, options: Json & { readonly previousValid: string }, command: CliCommand) => {
        const previousValidHours = Number(options.previousValid);
        if (!(previousValidHours >= 0)) throw usageFailure('--previous-valid must be a number of hours');
        const client = openClient(cli, command);
        showSecret(
          cli,
          await sendCommand(client, 'rotateWebhookSecret', { endpoint, previousValidHours }),
          options.json,
        );
      },
    );
