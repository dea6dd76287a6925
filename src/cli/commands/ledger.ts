import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure } from '../failure.js';
import { count } from '../show/words.js';

const LEDGER = /* GraphQL */ `
  query Ledger {
    ledger {
      position
      viewPosition
      viewLag
    }
    catalogue {
      revision
      behaviourCount
    }
  }
`;

interface LedgerAnswer {
  readonly ledger: { readonly position: string; readonly viewPosition: string; readonly viewLag: number };
  readonly catalogue: { readonly revision: string; readonly behaviourCount: number };
}

/** `hopledger ledger`: how far it is; and the care of its file. */
export const ledgerCommand = (cli: Cli): CliCommand =>
  new CliCommand('ledger')
    .description('How far the ledger and its views are; verify or back up its file')
    .addCommand(statusCommand(cli), { isDefault: true })
    .addCommand(verifyCommand(cli))
    .addCommand(backupCommand(cli));

const statusCommand = (cli: Cli): CliCommand =>
  new CliCommand('status')
    .description('How far the ledger is, and the views behind it')
    .option('--json', 'print JSON')
    .examples('hopledger ledger')
    .action(async (options: { json?: boolean }, command: CliCommand) => {
      const { ledger, catalogue } = await openClient(cli, command).query<LedgerAnswer>(LEDGER);
      if (options.json === true) {
        cli.out.json({ ...ledger, catalogueRevision: catalogue.revision });
        return;
      }
      const { style } = cli.out;
      const lag =
        ledger.viewLag === 0
          ? style.good('none behind')
          : style.warn(`${count(ledger.viewLag, 'event')} behind`);
      cli.out.line(`position   ${ledger.position || 'empty'}`);
      cli.out.line(`views      ${ledger.viewPosition || 'empty'}, ${lag}`);
      cli.out.line(`catalogue  ${catalogue.revision}, ${count(catalogue.behaviourCount, 'behaviour')}`);
    });

const verifyCommand = (cli: Cli): CliCommand =>
  new CliCommand('verify')
    .description('Check a ledger file or a backup, whether a server has it open or not. Reads all of it')
    .argument('<file>', 'ledger.db, or a backup of it')
    .option('--json', 'print JSON')
    .examples('hopledger ledger verify /var/lib/hopledger/ledger.db')
    .action(async (file: string, options: { json?: boolean }) => {
      const { verifyLedgerFile } = await import('../../ledger/sqlite/sqlite-ledger.js');
      const { events, streams, problems } = await verifyLedgerFile(file).catch((error: unknown) =>
        Promise.reject(unusable(file, error)),
      );
      if (options.json === true) cli.out.json({ file, events, streams, problems });
      else {
        const { style } = cli.out;
        cli.out.line(
          `${problems.length === 0 ? style.good('sound') : style.bad('not sound')}: ${file}, ${count(events, 'event')} in ${count(streams, 'stream')}`,
        );
        for (const problem of problems) cli.out.line(`  ${problem}`);
      }
      if (problems.length > 0) cli.exitCode = EXIT.FAILED;
    });

const backupCommand = (cli: Cli): CliCommand =>
  new CliCommand('backup')
    .description(
      'Write a ledger file as it is now to a new file, compact and in one piece; a server may go on appending',
    )
    .argument('<file>', 'ledger.db')
    .argument('<target>', 'the backup; must not exist')
    .option('--json', 'print JSON')
    .examples('hopledger ledger backup /var/lib/hopledger/ledger.db /backup/ledger-$(date +%F).db')
    .action(async (file: string, target: string, options: { json?: boolean }) => {
      const [path, { existsSync }] = await Promise.all([import('node:path'), import('node:fs')]);
      if (existsSync(target)) throw new CliFailure(`${target} exists; a backup overwrites nothing`);
      const [{ runUpkeep }, { verifyLedgerFile }] = await Promise.all([
        import('../../ledger/sqlite/upkeep.js'),
        import('../../ledger/sqlite/sqlite-ledger.js'),
      ]);
      await runUpkeep({ kind: 'backup', path: path.resolve(file), target: path.resolve(target) }).catch(
        (error: unknown) => Promise.reject(unusable(file, error)),
      );
      const { events, streams, problems } = await verifyLedgerFile(path.resolve(target));
      if (problems.length > 0)
        throw new CliFailure(`${target} was written and is not sound: ${problems.join('; ')}`);
      if (options.json === true) cli.out.json({ file, target, events, streams });
      else cli.out.line(`${target}: ${count(events, 'event')} in ${count(streams, 'stream')}, checked`);
    });

/** What SQLite says of a file that is missing, or is something else, speaks of no file. */
const unusable = (file: string, error: unknown): CliFailure => {
  const message = error instanceof Error ? error.message : String(error);
  const text = message.startsWith(file) ? message : `${file}: ${message}`;
  return new CliFailure(text, { code: 'CANNOT_OPEN_LEDGER', cause: error });
};
