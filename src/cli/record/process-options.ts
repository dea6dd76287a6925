import type { Cli } from '../cli.js';
import type { CliCommand } from '../command.js';
import { isUuid } from '../client/find-vm.js';
import { usageFailure } from '../failure.js';
import { givenLaunch, withLaunchOptions, type LaunchOptions } from '../launch/launch-options.js';
import { build, type BuildInput } from '../options/texts.js';
import { withHostOptions, type OnHostOptions } from './report-options.js';

/** Options of events that tell of a process: what ran, and with what. */
export interface ProcessOptions extends OnHostOptions, LaunchOptions {
  readonly qemu?: BuildInput;
  readonly kernel?: string;
}

export const withProcessOptions = (command: CliCommand): CliCommand =>
  withLaunchOptions(
    withHostOptions(command)
      .option('--qemu <version[:package]>', 'the binary (default: what the host reported of itself)', build)
      .option('--kernel <release>', "the host's kernel"),
  );

export interface ProcessInput {
  readonly vm: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * The part of an input that tells of a process. The VM may be left out where the XML names it.
 * @throws CliFailure (usage) when neither names it, or each another
 */
export const processInput = async (
  cli: Cli,
  vm: string | undefined,
  options: ProcessOptions,
): Promise<ProcessInput> => {
  const launch = await givenLaunch(options, cli.stdin);
  const domain = launch?.domain ?? null;
  const named = vm ?? domain?.uuid;
  if (named === undefined) throw usageFailure('say which VM: a UUID or name, or --xml with its domain XML');
  const contradicts =
    domain !== null && (isUuid(named) ? named.toLowerCase() !== domain.uuid : named !== domain.name);
  if (contradicts) throw usageFailure(`the XML is of ${domain.name} (${domain.uuid}), not of ${named}`);
  return {
    vm: domain?.uuid ?? named,
    input: {
      host: options.host,
      name: options.name ?? domain?.name,
      build: options.qemu,
      kernel: options.kernel,
      configuration: launch?.configuration,
    },
  };
};
