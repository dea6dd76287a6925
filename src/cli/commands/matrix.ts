import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { CliCommand } from '../command.js';
import { usageFailure } from '../failure.js';
import { givenLaunch, withLaunchOptions, type LaunchOptions } from '../launch/launch-options.js';
import { MATRIX, showMatrix, type HopMatrix } from '../assess/matrix-text.js';
import { build, type BuildInput } from '../options/texts.js';

interface MatrixOptions extends LaunchOptions {
  readonly build?: readonly BuildInput[];
  readonly born?: readonly BuildInput[];
  readonly json?: boolean;
}

const another = (text: string, earlier: readonly BuildInput[] | undefined): readonly BuildInput[] => [
  ...(earlier ?? []),
  build(text),
];

/** `hopledger matrix`: every pair of builds, for a guest born on each. */
export const matrixCommand = (cli: Cli): CliCommand => {
  const command = new CliCommand('matrix')
    .description(
      'Hops between every two of some QEMU builds, for a guest born on each: which work, with what',
    )
    .option('--build <version[:package]>', 'a build; again for each, at most 12', another)
    .option('--born <version[:package]>', 'only guests born on this build; again for each', another);
  return withLaunchOptions(command)
    .option('--json', 'print JSON')
    .examples(
      'hopledger matrix --machine-type pc-q35-7.2 --device alias=pci.1,type=pcie-root-port --build 7.2.22 --build 8.0.0 --build 8.2.0',
      'hopledger matrix --xml web01.xml --build 8.0.0 --build 10.0.2 --build 11.1.3 --born 8.0.0',
    )
    .action(async (options: MatrixOptions, self: CliCommand) => {
      const launch = await givenLaunch(options, cli.stdin);
      if (launch === null)
        throw usageFailure(
          'say what the guest is: --xml FILE, or --machine-type NAME and its --device options',
        );
      if (options.build === undefined) throw usageFailure('name the builds: --build VERSION, again for each');
      const variables = {
        configuration: launch.configuration,
        builds: options.build,
        births: options.born ?? [],
      };
      const { matrix } = await openClient(cli, self).query<{ matrix: HopMatrix }>(MATRIX, variables);
      if (options.json === true) cli.out.json(matrix);
      else showMatrix(cli.out, matrix);
    });
};
