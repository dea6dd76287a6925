import { Option } from 'commander';
import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { withLaunchOptions } from '../launch/launch-options.js';
import type { Mutation } from './mutations.js';
import { processInput, withProcessOptions, type ProcessOptions } from './process-options.js';
import { withHostOptions } from './report-options.js';
import { sendVmReport } from './send-report.js';

interface Start {
  readonly name: string;
  readonly mutation: Mutation;
  readonly description: string;
  readonly example: string;
}

/** Events with which a process begins. */
const STARTS: readonly Start[] = [
  {
    name: 'launch',
    mutation: 'recordLaunch',
    description: 'A cold boot: a new process that starts the guest from nothing',
    example: 'virsh dumpxml web01 | hopledger record launch --host hosta --xml -',
  },
  {
    name: 'adopt',
    mutation: 'recordAdoption',
    description: 'A VM that is first seen while it runs, its birth unseen',
    example: 'virsh dumpxml web01 | hopledger record adopt --host hosta --xml - --qemu 8.0.0',
  },
];

/** `record launch`, `record adopt`. */
export const startCommands = (cli: Cli): readonly CliCommand[] =>
  STARTS.map(({ name, mutation, description, example }) =>
    withProcessOptions(
      new CliCommand(name).description(description).argument('[vm]', 'UUID or name; the XML names it too'),
    )
      .examples(example)
      .action(async (vm: string | undefined, options: ProcessOptions, command: CliCommand) => {
        await sendVmReport(cli, command, { mutation, what: name, ...(await processInput(cli, vm, options)) });
      }),
  );

/** `record hop-started`: an incoming process, which is no arrival. */
export const hopStartedCommand = (cli: Cli): CliCommand =>
  withProcessOptions(
    new CliCommand('hop-started')
      .description('An incoming process is up on the destination; no arrival yet')
      .argument('[vm]', 'UUID or name; the XML names it too'),
  )
    .addOption(viaOption())
    .examples('hopledger record hop-started web01 --host hostb --qemu 8.0.1')
    .action(
      async (vm: string | undefined, options: ProcessOptions & { via: string }, command: CliCommand) => {
        const { vm: named, input } = await processInput(cli, vm, options);
        const via = options.via.toUpperCase();
        await sendVmReport(cli, command, {
          mutation: 'recordHopStarted',
          what: 'hop-started',
          vm: named,
          input: { ...input, via },
        });
      },
    );

/** `record hop-prepared`: what was asked of the destination. */
export const hopPreparedCommand = (cli: Cli): CliCommand =>
  withLaunchOptions(
    withHostOptions(
      new CliCommand('hop-prepared')
        .description('A destination is about to receive the guest')
        .argument('[vm]', 'UUID or name; the XML names it too'),
    ),
  )
    .addOption(viaOption())
    .examples('hopledger record hop-prepared web01 --host hostb')
    .action(
      async (vm: string | undefined, options: ProcessOptions & { via: string }, command: CliCommand) => {
        const { vm: named, input } = await processInput(cli, vm, options);
        const { host, name, configuration } = input;
        await sendVmReport(cli, command, {
          mutation: 'recordHopPrepared',
          what: 'hop-prepared',
          vm: named,
          input: { host, name, configuration, via: options.via.toUpperCase() },
        });
      },
    );

const viaOption = (): Option =>
  new Option('--via <way>', 'over the network, or out of a saved state')
    .choices(['migration', 'restore'])
    .default('migration');
