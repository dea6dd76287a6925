import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { CliCommand } from '../command.js';
import type { MutationAnswer } from '../webhook/answers.js';
import { deliveriesCommand, replayCommand, testCommand } from '../webhook/delivery-commands.js';
import type { WebhookMutation } from '../webhook/documents.js';
import {
  addCommand,
  changeCommand,
  listCommand,
  rotateCommand,
  showCommand,
} from '../webhook/endpoint-commands.js';
import { sendCommand } from '../webhook/send-command.js';

/** `hopledger webhook`: where messages are sent, and what became of them. */
export const webhookCommand = (cli: Cli): CliCommand =>
  [
    addCommand(cli),
    listCommand(cli),
    showCommand(cli),
    changeCommand(cli),
    simpleCommand(cli, {
      name: 'pause',
      description: 'Send nothing any more; returns when no request is under way, messages wait',
      mutation: 'pauseWebhookEndpoint',
      done: ({ endpoint }) =>
        endpoint?.paused?.quiet === false
          ? 'paused; the sender has not confirmed it yet, a request may still be under way'
          : 'paused: nothing is under way',
    }),
    simpleCommand(cli, {
      name: 'resume',
      description: 'Send again, what waits first',
      mutation: 'resumeWebhookEndpoint',
      done: () => 'resumed',
    }),
    rotateCommand(cli),
    simpleCommand(cli, {
      name: 'remove',
      description: 'Forget an endpoint; what waits for it is dropped',
      mutation: 'removeWebhookEndpoint',
      done: () => 'removed',
    }),
    testCommand(cli),
    replayCommand(cli),
    deliveriesCommand(cli),
  ].reduce(
    (command, inner) => command.addCommand(inner),
    new CliCommand('webhook').description('Where messages are sent, and what became of them'),
  );

interface SimpleCommand {
  readonly name: string;
  readonly description: string;
  readonly mutation: WebhookMutation;
  readonly done: (answer: MutationAnswer) => string;
}

const simpleCommand = (cli: Cli, { name, description, mutation, done }: SimpleCommand): CliCommand =>
  new CliCommand(name)
    .description(description)
    .argument('<id>', 'the endpoint')
    .option('--json', 'print JSON')
    .examples(`hopledger webhook ${name} 0f6b7c1e-52a4-4d0b-9c58-7f1de03a9b42`)
    .action(async (endpoint: string, { json }: { readonly json?: boolean }, command: CliCommand) => {
      const answer = await sendCommand(openClient(cli, command), mutation, { endpoint });
      if (json === true) cli.out.json({ id: endpoint, ...answer });
      else cli.out.line(`${done(answer)}${answer.repeated === true ? ' (it was so before)' : ''}`);
    });
