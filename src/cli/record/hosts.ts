import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { usageFailure } from '../failure.js';
import { build, repeatable, type BuildInput } from '../options/texts.js';
import { withReportOptions, type ReportOptions } from './report-options.js';
import { sendReport } from './send-report.js';

interface ReportHostOptions extends ReportOptions {
  readonly host: string;
  readonly qemu: readonly BuildInput[];
  readonly package?: string;
  readonly libvirt?: string;
  readonly kernel?: string;
  readonly vendor?: string;
  readonly machineType?: readonly string[];
}

/** `record report-host`: what a host runs. */
export const reportHostCommand = (cli: Cli): CliCommand =>
  withReportOptions(
    new CliCommand('report-host')
      .description('What a host runs: its QEMU builds, libvirt and kernel')
      .requiredOption('--host <name>', 'the host')
      .requiredOption(
        '--qemu <version[:package]>',
        'a QEMU binary, the default one first; again for each',
        (text: string, earlier: readonly BuildInput[] | undefined) => [...(earlier ?? []), build(text)],
      )
      .option('--package <package>', 'package of the only --qemu, as query-version names it')
      .option('--libvirt <version>', "libvirt's version")
      .option('--kernel <release>', 'its kernel')
      .option('--vendor <name>', 'its vendor')
      .option(
        '--machine-type <name>',
        "a machine type of its default build (default: the catalogue's); again for each",
        repeatable,
      ),
  )
    .examples(
      "hopledger record report-host --host hosta --qemu 10.0.13 --package 'Debian 1:10.0.13+ds-0+deb13u1' --libvirt 11.3.0",
    )
    .action(async (options: ReportHostOptions, command: CliCommand) => {
      const { host, libvirt, kernel, vendor, machineType } = options;
      const input = { host, builds: buildsOf(options), libvirt, kernel, vendor, machineTypes: machineType };
      await sendReport(cli, command, { mutation: 'reportHost', what: `report of ${host}`, input });
    });

const buildsOf = ({ qemu, package: named }: ReportHostOptions): readonly BuildInput[] => {
  if (named === undefined) return qemu;
  const [only, second] = qemu;
  if (only === undefined || second !== undefined || only.package !== null) {
    throw usageFailure('--package goes with one --qemu VERSION; with several, write --qemu VERSION:PACKAGE');
  }
  return [{ ...only, package: named }];
};

/** `record retire-host`. */
export const retireHostCommand = (cli: Cli): CliCommand =>
  withReportOptions(
    new CliCommand('retire-host')
      .description('A host is taken out of service')
      .requiredOption('--host <name>', 'the host')
      .option('--reason <text>', 'why'),
  )
    .examples('hopledger record retire-host --host hosta --reason "returned to the vendor"')
    .action(async (options: ReportOptions & { host: string; reason?: string }, command: CliCommand) => {
      const { host, reason } = options;
      await sendReport(cli, command, {
        mutation: 'retireHost',
        what: `retirement of ${host}`,
        input: { host, reason },
      });
    });
