import { CliCommand } from '../command.js';

/** `hopledger serve`: the server, in this process, so that signals and exit status are its own. */
export const serveCommand = (): CliCommand =>
  new CliCommand('serve')
    .description(
      'Run the server in this process. Settings: docs/reference/configuration.md, and `hopledger config show`',
    )
    .examples(
      'hopledger serve',
      'HOPLEDGER_LISTEN_PORT=8080 HOPLEDGER_DATA_DIRECTORY=/var/lib/hopledger hopledger serve',
    )
    .action(async () => {
      await import('../../main.js');
    });
