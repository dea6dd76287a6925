import { InvalidArgumentError } from 'commander';
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
  readonly cpuModel?: string;
  readonly cpuVendor?: string;
  readonly cpuFeatures?: readonly string[];
  readonly deviceFeatures?: readonly DeviceFeatures[];
}

interface DeviceFeatures {
  readonly device: string;
  readonly features: readonly string[];
}

/** Names with commas or blanks between them, as QEMU and /proc/cpuinfo list them. */
const names = (text: string): readonly string[] => text.split(/[\s,]+/).filter((name) => name !== '');

const deviceFeatures = (
  text: string,
  earlier: readonly DeviceFeatures[] | undefined,
): readonly DeviceFeatures[] => {
  const [, device = '', list = ''] = /^([^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (device === '') throw new InvalidArgumentError('It must be DEVICE=FEATURE,FEATURE.');
  return [...(earlier ?? []), { device, features: names(list) }];
};

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
      )
      .option('--cpu-model <name>', 'model of its CPU')
      .option('--cpu-vendor <name>', "its CPU's vendor, as CPUID names it: GenuineIntel")
      .option(
        '--cpu-features <names>',
        'features of its CPU, as QEMU, libvirt or /proc/cpuinfo name them; again for more',
        (text: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), ...names(text)],
      )
      .option(
        '--device-features <device=names>',
        "what its kernel and backends let a device have, named as QEMU's properties are; again for each",
        deviceFeatures,
      ),
  )
    .examples(
      "hopledger record report-host --host hosta --qemu 10.0.13 --package 'Debian 1:10.0.13+ds-0+deb13u1' --libvirt 11.3.0",
      'hopledger record report-host --host hosta --qemu 10.0.13 --cpu-vendor GenuineIntel --cpu-features "$(sed -n \'s/^flags.*: //p;T;q\' /proc/cpuinfo)"',
      'hopledger record report-host --host hosta --qemu 10.0.13 --device-features virtio-net/tap=host_uso,guest_uso4',
    )
    .action(async (options: ReportHostOptions, command: CliCommand) => {
      const { host, libvirt, kernel, vendor, machineType } = options;
      const input = {
        host,
        builds: buildsOf(options),
        libvirt,
        kernel,
        vendor,
        machineTypes: machineType,
        cpu: cpuOf(options),
        deviceFeatures: options.deviceFeatures,
      };
      await sendReport(cli, command, { mutation: 'reportHost', what: `report of ${host}`, input });
    });

const cpuOf = ({ cpuModel, cpuVendor, cpuFeatures }: ReportHostOptions): object | undefined =>
  cpuModel === undefined && cpuVendor === undefined && cpuFeatures === undefined
    ? undefined
    : { model: cpuModel, vendor: cpuVendor, features: cpuFeatures ?? [] };

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
