import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { readVersion } from '../version.js';

/** `hopledger version`. */
export const versionCommand = (cli: Cli): CliCommand =>
  new CliCommand('version')
    .description('The version of this hopledger and of the Node that runs it')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => {
      const versions = { hopledger: readVersion(), node: process.versions.node };
      if (options.json === true) cli.out.json(versions);
      else cli.out.line(`hopledger ${versions.hopledger} (Node ${versions.node})`);
    });
