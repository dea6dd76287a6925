import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { findVm } from '../client/find-vm.js';
import { openClient } from '../client/open-client.js';
import { processInput, withProcessOptions, type ProcessOptions } from './process-options.js';
import { withHostOptions, type OnHostOptions } from './report-options.js';
import { sendVmReport } from './send-report.js';

/** `record save`. */
export const saveCommand = (cli: Cli): CliCommand =>
  withHostOptions(
    new CliCommand('save')
      .description('Guest state was written to a file or snapshot')
      .argument('<vm>', 'UUID or name'),
  )
    .option('--saved-state <id>', 'your name for it (default: one is derived)')
    .option('--running', 'the process runs on: a snapshot of the running guest')
    .examples('hopledger record save web01 --host hosta --saved-state before-upgrade')
    .action(
      async (
        vm: string,
        options: OnHostOptions & { savedState?: string; running?: boolean },
        command: CliCommand,
      ) => {
        const { host, name, savedState, running } = options;
        const input = { host, name, savedState, stopped: running !== true };
        await sendVmReport(cli, command, { mutation: 'recordStateSaved', what: 'save', vm, input });
      },
    );

/** `record restore`. */
export const restoreCommand = (cli: Cli): CliCommand =>
  withProcessOptions(
    new CliCommand('restore')
      .description('A process holds a saved state')
      .argument('[vm]', 'UUID or name; the XML names it too'),
  )
    .option('--saved-state <id>', 'which one (default: the latest)')
    .option('--from-vm <vm>', 'the VM that it was saved from, when that is another')
    .examples('hopledger record restore web01 --host hostb --saved-state before-upgrade --qemu 10.0.2')
    .action(
      async (
        vm: string | undefined,
        options: ProcessOptions & { savedState?: string; fromVm?: string },
        command: CliCommand,
      ) => {
        const { vm: named, input } = await processInput(cli, vm, options);
        const fromVm =
          options.fromVm === undefined ? undefined : await findVm(openClient(cli, command), options.fromVm);
        await sendVmReport(cli, command, {
          mutation: 'recordStateRestored',
          what: 'restore',
          vm: named,
          input: { ...input, savedState: options.savedState, fromVm },
        });
      },
    );
