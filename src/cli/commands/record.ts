import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { assertOriginCommand, correctCommand, labelsCommand, retractCommand } from '../record/amendments.js';
import { plugCommand, resetCommand, stopCommand, unplugCommand } from '../record/guest-events.js';
import { hopCompletedCommand, hopFailedCommand } from '../record/hop-ends.js';
import { reportHostCommand, retireHostCommand } from '../record/hosts.js';
import { observeCommand } from '../record/observe.js';
import { restoreCommand, saveCommand } from '../record/saved-states.js';
import { hopPreparedCommand, hopStartedCommand, startCommands } from '../record/starts.js';

/** `hopledger record`: one event by hand. */
export const recordCommand = (cli: Cli): CliCommand => {
  const command = new CliCommand('record').description(
    'Record one event by hand. Each report has an idempotency key: sent again, it changes nothing',
  );
  const groups: readonly (readonly [string, readonly CliCommand[]])[] = [
    [
      'What a host saw of a VM:',
      [
        ...startCommands(cli),
        hopPreparedCommand(cli),
        hopStartedCommand(cli),
        hopCompletedCommand(cli),
        hopFailedCommand(cli),
        resetCommand(cli),
        plugCommand(cli),
        unplugCommand(cli),
        saveCommand(cli),
        restoreCommand(cli),
        stopCommand(cli),
        observeCommand(cli),
      ],
    ],
    [
      'What somebody knows better:',
      [assertOriginCommand(cli), labelsCommand(cli), correctCommand(cli), retractCommand(cli)],
    ],
    ['Hosts:', [reportHostCommand(cli), retireHostCommand(cli)]],
  ];
  for (const [heading, commands] of groups)
    for (const one of commands) command.addCommand(one.helpGroup(heading));
  return command;
};
