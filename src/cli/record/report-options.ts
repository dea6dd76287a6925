import type { CliCommand } from '../command.js';
import { instant } from '../options/texts.js';

/** Options that every recording command has. */
export interface ReportOptions {
  readonly at?: string;
  readonly key?: string;
  readonly json?: boolean;
}

export interface OnHostOptions extends ReportOptions {
  readonly host: string;
  readonly name?: string;
}

export const withReportOptions = (command: CliCommand): CliCommand =>
  command
    .option('--at <time>', 'when it happened, by the clock of the host, with offset (default: now)', instant)
    .option(
      '--key <text>',
      'idempotency key; the same key with the same report is recorded once (default: derived from the report)',
    )
    .option('--json', 'print JSON');

/** For what a host attests to. */
export const withHostOptions = (command: CliCommand): CliCommand =>
  withReportOptions(
    command
      .requiredOption('--host <name>', 'the host that attests to it')
      .option('--name <name>', "the VM's name there"),
  );
