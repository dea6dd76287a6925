import { Option } from 'commander';
import { setTimeout } from 'node:timers/promises';
import type { Cli } from '../cli.js';
import type { Client } from '../client/client.js';
import { findVm } from '../client/find-vm.js';
import { openClient } from '../client/open-client.js';
import { eachNode, type Page } from '../client/pages.js';
import { CliCommand } from '../command.js';
import { CliFailure, usageFailure } from '../failure.js';
import { repeatable, wholeNumber } from '../options/texts.js';
import { renderTable, type Column } from '../show/table.js';
import { count, when, words } from '../show/words.js';
import type { DeliveryAnswer } from './answers.js';
import { DELIVERIES } from './documents.js';
import { sendCommand } from './send-command.js';

interface Json {
  readonly json?: boolean;
}

const TEST_LOOK_MS = 200;
const TEST_WAIT_MS = 40_000;

const read = async (client: Client, filter: object, page: object): Promise<Page<DeliveryAnswer>> =>
  (await client.query<{ webhookDeliveries: Page<DeliveryAnswer> }>(DELIVERIES, { filter, ...page }))
    .webhookDeliveries;

export const testCommand = (cli: Cli): CliCommand =>
  new CliCommand('test')
    .description('Send one test message, whatever the filter, and say what came of it')
    .argument('<id>', 'the endpoint')
    .option('--json', 'print JSON')
    .examples('hopledger webhook test 0f6b7c1e-52a4-4d0b-9c58-7f1de03a9b42')
    .action(async (endpoint: string, { json }: Json, command: CliCommand) => {
      const client = openClient(cli, command);
      const { messageId } = await sendCommand(client, 'testWebhookEndpoint', { endpoint });
      const delivery = await settled(client, { endpoint, message: messageId });
      if (json === true) cli.out.json(delivery);
      if (delivery.state !== 'DELIVERED')
        throw new CliFailure(`not delivered: ${delivery.error ?? words(delivery.state)}`);
      if (json !== true) cli.out.line(`delivered, answered ${delivery.status ?? '-'}`);
    });

/** @throws CliFailure when the sender does not come to it */
const settled = async (client: Client, filter: object): Promise<DeliveryAnswer> => {
  for (let waitedMs = 0; waitedMs < TEST_WAIT_MS; waitedMs += TEST_LOOK_MS) {
    const [delivery] = (await read(client, filter, { first: 1 })).nodes;
    if (delivery !== undefined && delivery.state !== 'WAITING') return delivery;
    await setTimeout(TEST_LOOK_MS);
  }
  throw new CliFailure(`not sent within ${TEST_WAIT_MS / 1000} s; hopledger webhook show says how it does`);
};

interface ReplayOptions extends Json {
  readonly message?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly dead?: boolean;
}

export const replayCommand = (cli: Cli): CliCommand =>
  new CliCommand('replay')
    .description('Send messages of the past again: by id, or all of a range of positions')
    .argument('<id>', 'the endpoint')
    .addOption(
      new Option('--message <id>', 'this message; again for each')
        .argParser(repeatable)
        .conflicts(['from', 'to']),
    )
    .option('--from <position>', 'messages whose cause stands here or later')
    .option('--to <position>', 'messages whose cause stands here or earlier')
    .option('--dead', 'only those that were given up')
    .option('--json', 'print JSON')
    .examples('hopledger webhook replay 0f6b7c1e-52a4-4d0b-9c58-7f1de03a9b42 --from 0000000000004711 --dead')
    .action(async (endpoint: string, options: ReplayOptions, command: CliCommand) => {
      const { message, from, to, dead = false, json } = options;
      if (message === undefined && from === undefined && to === undefined)
        throw usageFailure('give --message, --from or --to');
      const input = { endpoint, messages: message, from, to, deadOnly: dead };
      const answer = await sendCommand(openClient(cli, command), 'replayWebhookDeliveries', input);
      if (json === true)
        cli.out.json({ count: answer.count, nextFrom: answer.nextFrom, position: answer.position });
      else if (answer.count == null) cli.out.line('put again; how many is not known yet');
      else cli.out.line(`${count(answer.count, 'message')} put again`);
      if (answer.nextFrom != null) cli.err.line(`more is left: go on with --from ${answer.nextFrom}`);
    });

const STATES = ['waiting', 'delivered', 'dead', 'dropped'];

const COLUMNS: readonly Column<DeliveryAnswer>[] = [
  { title: 'TIME', cell: ({ message }) => when(message.time) },
  { title: 'TYPE', cell: ({ message }) => message.type },
  { title: 'VM', cell: ({ message }) => message.vm ?? '-', spare: 3 },
  {
    title: 'STATE',
    cell: ({ state }) => words(state),
    mark: (text, { state }, style) =>
      state === 'DELIVERED' ? style.good(text) : state === 'DEAD' ? style.bad(text) : text,
  },
  { title: 'TRIED', cell: ({ attempts }) => String(attempts), align: 'right' },
  { title: 'NEXT', cell: ({ nextAt }) => when(nextAt), spare: 1 },
  { title: 'ANSWER', cell: ({ status, error }) => error ?? String(status ?? '-'), least: 10 },
  { title: 'MESSAGE', cell: ({ message }) => message.id },
  { title: 'ENDPOINT', cell: ({ endpoint }) => endpoint, spare: 2 },
];

interface DeliveriesOptions extends Json {
  readonly endpoint?: string;
  readonly state?: string;
  readonly message?: string;
  readonly vm?: string;
  readonly first: number;
}

export const deliveriesCommand = (cli: Cli): CliCommand =>
  new CliCommand('deliveries')
    .description('The delivery log, newest messages first; the filters that are given must all hold')
    .option('--endpoint <id>', 'only to this endpoint')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .option('--message <id>', 'only of this message')
    .option('--vm <vm>', 'only about this VM, by UUID or name')
    .option('--first <count>', 'at most so many', wholeNumber, 50)
    .option('--json', 'print JSON')
    .examples('hopledger webhook deliveries --state dead')
    .action(async (options: DeliveriesOptions, command: CliCommand) => {
      const client = openClient(cli, command);
      const { endpoint, state, message, vm, first, json } = options;
      const filter = {
        endpoint,
        state: state?.toUpperCase(),
        message,
        vm: vm === undefined ? undefined : await findVm(client, vm),
      };
      const rows: DeliveryAnswer[] = [];
      for await (const row of eachNode((page) => read(client, filter, page), { atMost: first }))
        rows.push(row);
      if (json === true) cli.out.json(rows);
      else if (rows.length === 0) cli.err.line('no delivery is so');
      else for (const line of renderTable(COLUMNS, rows, cli.out)) cli.out.line(line);
    });
