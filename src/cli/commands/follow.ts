import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { followQmpCommand } from './follow-qmp.js';

/** `hopledger follow`: what goes on, as it happens. */
export const followCommand = (cli: Cli): CliCommand =>
  new CliCommand('follow')
    .description('Follow what goes on on this host, and report it as it happens')
    .addCommand(followQmpCommand(cli));
