import { Option } from 'commander';
import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { wholeNumber } from '../options/texts.js';
import { withHostOptions, type OnHostOptions } from './report-options.js';
import { sendVmReport } from './send-report.js';

interface CompletedOptions extends OnHostOptions {
  readonly attestedBy: string;
  readonly totalMs?: number;
  readonly downtimeMs?: number;
  readonly transferredBytes?: number;
}

/** `record hop-completed`: guest state arrived. Both ends may say so; it is one fact. */
export const hopCompletedCommand = (cli: Cli): CliCommand =>
  withHostOptions(
    new CliCommand('hop-completed')
      .description('Guest state arrived at the destination')
      .argument('<vm>', 'UUID or name'),
  )
    .addOption(
      new Option('--attested-by <end>', 'which end --host is')
        .choices(['source', 'destination'])
        .makeOptionMandatory(),
    )
    .option('--total-ms <count>', 'how long it took, as QEMU measured it', wholeNumber)
    .option('--downtime-ms <count>', 'how long the guest stood still', wholeNumber)
    .option('--transferred-bytes <count>', 'bytes sent', wholeNumber)
    .examples('hopledger record hop-completed web01 --host hostb --attested-by destination')
    .action(async (vm: string, options: CompletedOptions, command: CliCommand) => {
      const { host, name, attestedBy, totalMs, downtimeMs, transferredBytes } = options;
      const measured = totalMs !== undefined || downtimeMs !== undefined || transferredBytes !== undefined;
      const statistics = measured ? { totalMs, downtimeMs, transferredBytes } : undefined;
      const input = { host, name, attestedBy: attestedBy.toUpperCase(), statistics };
      await sendVmReport(cli, command, { mutation: 'recordHopCompleted', what: 'hop-completed', vm, input });
    });

/** `record hop-failed`. */
export const hopFailedCommand = (cli: Cli): CliCommand =>
  withHostOptions(
    new CliCommand('hop-failed')
      .description('The destination did not take the guest')
      .argument('<vm>', 'UUID or name'),
  )
    .option('--error <text>', "why, in the destination's words")
    .examples(
      "hopledger record hop-failed web01 --host hostb --error 'load of migration failed: Invalid argument'",
    )
    .action(async (vm: string, options: OnHostOptions & { error?: string }, command: CliCommand) => {
      const { host, name, error } = options;
      await sendVmReport(cli, command, {
        mutation: 'recordHopFailed',
        what: 'hop-failed',
        vm,
        input: { host, name, error },
      });
    });
