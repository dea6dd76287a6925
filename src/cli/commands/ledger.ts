import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { CliCommand } from '../command.js';
import { CliFailure } from '../failure.js';
import { count } from '../show/words.js';
import { exportLedgerCommand } from './ledger-export.js';
import { copyLedgerCommand, importLedgerCommand } from './ledger-import.js';
import { unusable, verifyLedgerCommand } from './ledger-verify.js';

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

/** `hopledger ledger`: how far it is; and the care of ledgers. */
export const ledgerCommand = (cli: Cli): CliCommand =>
  new CliCommand('ledger')
    .description('How far the ledger and its views are; verify, export, move or back up a ledger')
    .addCommand(statusCommand(cli), { isDefault: true })
    .addCommand(verifyLedgerCommand(cli))
    .addCommand(exportLedgerCommand(cli))
    .addCommand(importLedgerCommand(cli))
    .addCommand(copyLedgerCommand(cli))
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
