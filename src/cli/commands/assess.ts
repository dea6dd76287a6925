import { Option } from 'commander';
import type { Assessment, Problem } from '../assess/assessment-answer.js';
import { showAssessment } from '../assess/assessment-text.js';
import { ASSESS } from '../assess/assess-documents.js';
import { printRendering } from '../assess/print-rendering.js';
import { RENDERINGS, type Rendering } from '../assess/rendering.js';
import { exitCodeOf } from '../assess/verdict.js';
import type { Cli } from '../cli.js';
import { findVm } from '../client/find-vm.js';
import { openClient } from '../client/open-client.js';
import { ServerRefused } from '../client/server-failure.js';
import { CliCommand } from '../command.js';
import { givenLaunch, withLaunchOptions, type LaunchOptions } from '../launch/launch-options.js';
import { destinationOf } from '../options/destination.js';
import { build, type BuildInput } from '../options/texts.js';

interface AssessOptions extends LaunchOptions {
  readonly to?: string;
  readonly build?: BuildInput;
  readonly savedState?: string;
  readonly render?: Rendering;
  readonly json?: boolean;
}

/** `hopledger assess`: whether a hop will work. The exit status tells, so that a script can ask before it migrates. */
export const assessCommand = (cli: Cli): CliCommand => {
  const command = new CliCommand('assess')
    .description('Whether a destination will take a VM, what it must be launched with, and why')
    .argument('<vm>', 'UUID, or the name when only one VM has it')
    .option('--to <host>', 'destination: a host that reported itself')
    .option('--build <version[:package]>', 'destination: a QEMU build, or which one of the host', build)
    .option('--saved-state <id>', 'ask for restoring this saved state of the VM');
  return withLaunchOptions(command)
    .addOption(
      new Option('--render <tool>', 'print only the overrides, as this tool takes them').choices(RENDERINGS),
    )
    .addOption(new Option('--json', 'print JSON').conflicts('render'))
    .examples(
      'hopledger assess web01 --to hostb',
      'hopledger assess web01 --build 8.0.1 --render global',
      'hopledger assess web01 --to hostb || echo "do not migrate: $?"  # 3 BLOCKED, 4 UNKNOWN',
    )
    .action(async (vm: string, options: AssessOptions, self: CliCommand) => {
      const destination = destinationOf(options.to, options.build, '--to');
      const client = openClient(cli, self);
      const launch = await givenLaunch(options, cli.stdin);
      const uuid = await findVm(client, vm);
      const subject =
        options.savedState === undefined
          ? { vm: uuid }
          : { savedState: { vm: uuid, id: options.savedState } };
      const variables = { subject, destination, configuration: launch?.configuration ?? null };
      const { assess } = await client.query<{ assess: Assessment | Problem }>(ASSESS, variables);
      if (assess.__typename !== 'Assessment') throw new ServerRefused(assess.code, assess.message);
      cli.exitCode = exitCodeOf(assess.verdict);
      if (options.json === true) cli.out.json(assess);
      else if (options.render !== undefined) printRendering(cli, assess, options.render);
      else
        showAssessment(
          cli.out,
          options.savedState === undefined ? vm : `${options.savedState} of ${vm}`,
          assess,
        );
    });
};
