import { Option } from 'commander';
import type { LaunchAdvice, Problem } from '../assess/assessment-answer.js';
import { showLaunchAdvice } from '../assess/assessment-text.js';
import { ASSESS_LAUNCH } from '../assess/assess-documents.js';
import { printRendering } from '../assess/print-rendering.js';
import { RENDERINGS, type Rendering } from '../assess/rendering.js';
import { exitCodeOf } from '../assess/verdict.js';
import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { ServerRefused } from '../client/server-failure.js';
import { CliCommand } from '../command.js';
import { usageFailure } from '../failure.js';
import { givenLaunch, withLaunchOptions, type LaunchOptions } from '../launch/launch-options.js';
import { destinationOf } from '../options/destination.js';
import { build, type BuildInput } from '../options/texts.js';

interface AssessLaunchOptions extends LaunchOptions {
  readonly host?: string;
  readonly build?: BuildInput;
  readonly render?: Rendering;
  readonly json?: boolean;
}

/** `hopledger assess-launch`: before a guest is born. */
export const assessLaunchCommand = (cli: Cli): CliCommand => {
  const command = new CliCommand('assess-launch')
    .description(
      'What is worth knowing before a guest is born: taints it would carry, leftovers in its definition',
    )
    .option('--host <name>', 'where it is to be launched: a host that reported itself')
    .option('--build <version[:package]>', 'the QEMU build, or which one of the host', build);
  return withLaunchOptions(command)
    .addOption(
      new Option('--render <tool>', 'print only the overrides, as this tool takes them').choices(RENDERINGS),
    )
    .addOption(new Option('--json', 'print JSON').conflicts('render'))
    .examples(
      'virsh dumpxml --inactive web01 | hopledger assess-launch --host hosta --xml -',
      'hopledger assess-launch --build 8.0.0 --machine-type pc-q35-7.2 --device alias=pci.1,type=pcie-root-port',
    )
    .action(async (options: AssessLaunchOptions, self: CliCommand) => {
      const destination = destinationOf(options.host, options.build, '--host');
      const launch = await givenLaunch(options, cli.stdin);
      if (launch === null)
        throw usageFailure(
          'say what is to be launched: --xml FILE, or --machine-type NAME and its --device options',
        );
      const { assessLaunch } = await openClient(cli, self).query<{ assessLaunch: LaunchAdvice | Problem }>(
        ASSESS_LAUNCH,
        { destination, configuration: launch.configuration },
      );
      if (assessLaunch.__typename !== 'LaunchAdvice')
        throw new ServerRefused(assessLaunch.code, assessLaunch.message);
      cli.exitCode = exitCodeOf(assessLaunch.verdict);
      if (options.json === true) cli.out.json(assessLaunch);
      else if (options.render !== undefined) printRendering(cli, assessLaunch, options.render);
      else showLaunchAdvice(cli.out, assessLaunch);
    });
};
