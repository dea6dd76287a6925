import { Option } from 'commander';
import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { deviceInput } from '../launch/configuration-input.js';
import { deviceOf } from '../launch/device-text.js';
import { withHostOptions, type OnHostOptions } from './report-options.js';
import { sendVmReport } from './send-report.js';

const onHost = (name: string, description: string): CliCommand =>
  withHostOptions(new CliCommand(name).description(description).argument('<vm>', 'UUID or name'));

/** `record reset`: a reboot that keeps the process. */
export const resetCommand = (cli: Cli): CliCommand =>
  onHost('reset', 'The guest was reset, and the process stayed')
    .option('--reason <text>', 'why, when it is known')
    .examples('hopledger record reset web01 --host hosta')
    .action(async (vm: string, options: OnHostOptions & { reason?: string }, command: CliCommand) => {
      const { host, name, reason } = options;
      await sendVmReport(cli, command, {
        mutation: 'recordGuestReset',
        what: 'reset',
        vm,
        input: { host, name, reason },
      });
    });

/** `record plug`. */
export const plugCommand = (cli: Cli): CliCommand =>
  onHost('plug', 'A device was plugged into the running guest')
    .addOption(
      new Option('--device <text>', 'alias=A[,type=T][,address=P][,PROPERTY=VALUE…]')
        .makeOptionMandatory()
        .argParser(deviceOf),
    )
    .examples('hopledger record plug web01 --host hosta --device alias=net1,type=e1000e,address=0000:02:00.0')
    .action(
      async (
        vm: string,
        options: OnHostOptions & { device: ReturnType<typeof deviceOf> },
        command: CliCommand,
      ) => {
        const { host, name, device } = options;
        const input = { host, name, device: deviceInput(device) };
        await sendVmReport(cli, command, { mutation: 'recordDevicePlugged', what: 'plug', vm, input });
      },
    );

/** `record unplug`. */
export const unplugCommand = (cli: Cli): CliCommand =>
  onHost('unplug', 'A device was unplugged')
    .requiredOption('--alias <alias>', 'the device')
    .examples('hopledger record unplug web01 --host hosta --alias net1')
    .action(async (vm: string, options: OnHostOptions & { alias: string }, command: CliCommand) => {
      const { host, name, alias } = options;
      await sendVmReport(cli, command, {
        mutation: 'recordDeviceUnplugged',
        what: 'unplug',
        vm,
        input: { host, name, alias },
      });
    });

const REASONS = [
  'shutdown',
  'destroyed',
  'crashed',
  'saved',
  'migrated',
  'failed',
  'from-snapshot',
  'daemon',
  'unknown',
];

/** `record stop`. */
export const stopCommand = (cli: Cli): CliCommand =>
  onHost('stop', 'The process ended')
    .addOption(new Option('--reason <reason>', 'why').choices(REASONS).default('unknown'))
    .examples('hopledger record stop web01 --host hosta --reason shutdown')
    .action(async (vm: string, options: OnHostOptions & { reason: string }, command: CliCommand) => {
      const { host, name } = options;
      const reason = options.reason.toUpperCase().replaceAll('-', '_');
      await sendVmReport(cli, command, {
        mutation: 'recordStop',
        what: 'stop',
        vm,
        input: { host, name, reason },
      });
    });
