import type { Command } from 'commander';
import { assessLaunchCommand } from './commands/assess-launch.js';
import { assessCommand } from './commands/assess.js';
import { baselineCommand } from './commands/baseline.js';
import { behavioursCommand } from './commands/behaviours.js';
import { catalogueCommand } from './commands/catalogue.js';
import { configCommand } from './commands/config.js';
import { destinationsCommand } from './commands/destinations.js';
import { diagnoseCommand } from './commands/diagnose.js';
import { drainCommand } from './commands/drain.js';
import { eventsCommand } from './commands/events.js';
import { fleetCommand } from './commands/fleet.js';
import { followCommand } from './commands/follow.js';
import { hostCommand } from './commands/host.js';
import { hostsCommand } from './commands/hosts.js';
import { importCommand } from './commands/import.js';
import { ledgerCommand } from './commands/ledger.js';
import { matrixCommand } from './commands/matrix.js';
import { preflightCommand } from './commands/preflight.js';
import { probeCommand } from './commands/probe.js';
import { recordCommand } from './commands/record.js';
import { routeCommand } from './commands/route.js';
import { serveCommand } from './commands/serve.js';
import { tokenCommand } from './commands/token.js';
import { truthCommand } from './commands/truth.js';
import { versionCommand } from './commands/version.js';
import { viewsCommand } from './commands/views.js';
import { vmCommand } from './commands/vm.js';
import { vmsCommand } from './commands/vms.js';
import { webhookCommand } from './commands/webhook.js';
import type { Cli } from './cli.js';
import { CliCommand } from './command.js';
import { readVersion } from './version.js';

/** All commands. Declaring them loads no schema, no XML parser, no database: that is left to the one that runs. */
export const createProgram = (cli: Cli): CliCommand => {
  const program = new CliCommand('hopledger')
    .description(
      'The flight recorder of VM live migration: remembers where a QEMU guest was born, and says what the next hop needs.',
    )
    .option('--url <url>', 'URL of the server (default: HOPLEDGER_URL, else http://127.0.0.1:4173)')
    .option('--token-file <file>', 'file that holds the token (default: the token in HOPLEDGER_TOKEN)')
    .option('--debug', 'on an error, also show where it happened')
    .option('-V, --version', 'print the version')
    .on('option:version', () => {
      cli.out.line(readVersion());
      throw new VersionShown();
    })
    .examples('hopledger serve', 'hopledger vms --tainted', 'hopledger assess web01 --to hostb')
    .helpCommand('help [command]', 'help for a command');
  const groups: readonly (readonly [string, readonly CliCommand[]])[] = [
    [
      'Ask:',
      [
        vmCommand(cli),
        vmsCommand(cli),
        assessCommand(cli),
        assessLaunchCommand(cli),
        diagnoseCommand(cli),
        matrixCommand(cli),
        baselineCommand(cli),
        hostsCommand(cli),
        hostCommand(cli),
        fleetCommand(cli),
        eventsCommand(cli),
      ],
    ],
    ['Plan:', [preflightCommand(cli), destinationsCommand(cli), drainCommand(cli), routeCommand(cli)]],
    ['Record:', [recordCommand(cli), followCommand(cli), probeCommand(cli), importCommand(cli)]],
    ['The facts about QEMU:', [behavioursCommand(cli), catalogueCommand(cli), truthCommand(cli)]],
    [
      'Run and keep:',
      [
        serveCommand(),
        webhookCommand(cli),
        ledgerCommand(cli),
        viewsCommand(cli),
        tokenCommand(cli),
        configCommand(cli),
        versionCommand(cli),
      ],
    ],
  ];
  for (const [heading, commands] of groups)
    for (const command of commands) program.addCommand(command.helpGroup(heading));
  settle(program, cli);
  return program;
};

/** `--version` was answered: nothing is left to do. */
export class VersionShown extends Error {}

/** Every command ends and writes in the same way; commander does not hand that down to commands that are added. */
const settle = (command: Command, cli: Cli): void => {
  command
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(cli.out.width, 100) })
    .configureOutput({
      writeOut: (text) => cli.out.write(text),
      writeErr: (text) => cli.err.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('(--help says more)');
  // `help COMMAND` once, at the top; below it would only lengthen the lists.
  if (command.parent !== null) command.helpCommand(false);
  for (const inner of command.commands) settle(inner, cli);
};
