import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { CliFailure, usageFailure } from '../failure.js';
import { repeatable } from '../options/texts.js';
import { withReportOptions, type ReportOptions } from '../record/report-options.js';
import type * as Probe from '../probe/probe.js';
import type { Asked } from '../probe/probe.js';
import { sendReport } from '../record/send-report.js';

interface ProbeOptions extends ReportOptions {
  readonly qemu?: readonly string[];
  readonly socket?: string;
  readonly host?: string;
  readonly vendor?: string;
  readonly report?: true;
  readonly raw?: true;
}

/** `hopledger probe`: what this host's QEMU binaries say of themselves. */
export const probeCommand = (cli: Cli): CliCommand =>
  withReportOptions(
    new CliCommand('probe')
      .description(
        "What this host's QEMU says of itself: machine types, devices, properties. It outranks the catalogue",
      )
      .option(
        '--qemu <path>',
        "a QEMU binary, the one that libvirt uses by default first; again for each (default: this machine's own)",
        repeatable,
      )
      .option('--socket <path>', 'ask a QEMU that runs with -machine none behind this QMP socket instead')
      .option('--host <name>', 'the name under which the host reports (default: its host name)')
      .option('--vendor <name>', 'its vendor')
      .option('--report', 'send it to the server; otherwise it is printed as JSON')
      .option('--raw', 'print the answers of one binary as they came'),
  )
    .examples(
      'hopledger probe --report',
      'hopledger probe --qemu /usr/bin/qemu-system-x86_64 --qemu /opt/qemu-8.2/bin/qemu-system-x86_64 > host.json',
    )
    .action(async (options: ProbeOptions, command: CliCommand) => {
      const probe = await import('../probe/probe.js');
      const asked = binariesOf(cli, options, probe);
      if (options.raw === true) {
        const [only, another] = asked;
        if (only === undefined || another !== undefined) throw usageFailure('--raw is for one binary');
        cli.out.json(await probe.askRaw(only));
        return;
      }
      const found = await probe.probeHost(asked, options.host);
      if (options.report !== true) {
        cli.out.json(found);
        return;
      }
      const { vendor } = options;
      const what = `probe of ${found.host}`;
      await sendReport(cli, command, { mutation: 'reportHost', what, input: { ...found, vendor } });
    });

const binariesOf = (
  { environment }: Cli,
  { qemu, socket }: ProbeOptions,
  { findBinary, findOwnBinary }: Pick<typeof Probe, 'findBinary' | 'findOwnBinary'>,
): readonly Asked[] => {
  if (socket !== undefined) {
    if (qemu !== undefined) throw usageFailure('--socket and --qemu exclude each other');
    return [{ socket }];
  }
  if (qemu === undefined) {
    const own = findOwnBinary(environment);
    if (own === null) throw new CliFailure('no QEMU is installed here', { advice: '--qemu names one' });
    return [{ binary: own }];
  }
  return qemu.map((name) => {
    const binary = findBinary(name, environment);
    if (binary === null) throw new CliFailure(`no program ${name}`);
    return { binary };
  });
};
