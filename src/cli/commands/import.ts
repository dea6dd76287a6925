import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { importEventsCommand } from './import-events.js';
import { importLogsCommand } from './import-logs.js';

/** `hopledger import`: histories that hosts have already. */
export const importCommand = (cli: Cli): CliCommand =>
  new CliCommand('import')
    .description('Import histories that hosts have already. What was imported before is known again')
    .addCommand(importLogsCommand(cli))
    .addCommand(importEventsCommand(cli));
