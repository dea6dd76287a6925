import { Option } from 'commander';
import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { usageFailure } from '../failure.js';
import { withHostOptions, type OnHostOptions } from './report-options.js';
import { sendVmReport } from './send-report.js';

interface ObserveOptions extends OnHostOptions {
  readonly alias: string;
  readonly property?: string;
  readonly register?: string;
  readonly value: string;
}

/** `record observe`: what was read out of a running guest outranks what is derived. */
export const observeCommand = (cli: Cli): CliCommand =>
  withHostOptions(
    new CliCommand('observe')
      .description('A value that was read out of the running guest')
      .argument('<vm>', 'UUID or name'),
  )
    .requiredOption('--alias <alias>', 'the device')
    .option('--property <name>', 'a property, as qom-get reads it')
    .addOption(
      new Option('--register <name>', 'a register, such as PCI_ERR_UNCOR_MASK').conflicts('property'),
    )
    .requiredOption('--value <text>', 'what it said')
    .examples(
      'hopledger record observe web01 --host hosta --alias pci.1 --register PCI_ERR_UNCOR_MASK --value 0x02400000',
    )
    .action(async (vm: string, options: ObserveOptions, command: CliCommand) => {
      const { host, name, alias, property, register, value } = options;
      const observed = property ?? register;
      if (observed === undefined) throw usageFailure('say what was read: --property or --register');
      const input = {
        host,
        name,
        alias,
        kind: property === undefined ? 'REGISTER' : 'PROPERTY',
        observed,
        value,
      };
      await sendVmReport(cli, command, { mutation: 'observeValue', what: 'observe', vm, input });
    });
