import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { exportIn } from '../ledger/export-input.js';
import { LEDGER_FORMS, namedLedger, parseLedger } from '../ledger/ledger-address.js';
import { showTransfer, transferProgress } from '../ledger/transfer-text.js';
import { withReader, withTarget } from '../ledger/with-ledger.js';
import { WorkProgress } from '../ledger/work-progress.js';
import { count } from '../show/words.js';

interface ImportOptions {
  readonly to?: string;
  readonly json?: boolean;
}

/** `hopledger ledger import`: an export into a ledger. */
export const importLedgerCommand = (cli: Cli): CliCommand =>
  new CliCommand('import')
    .description(
      'Bring an export into a ledger that is empty, or holds the beginning of it: then it goes on from there. The export is checked first; the ledger is read back at the end',
    )
    .argument('<file>', 'the export, packed by gzip or not')
    .option('--to <ledger>', `${LEDGER_FORMS} (default: the one of the configuration)`)
    .option('--json', 'print JSON')
    .examples(
      'hopledger ledger import audit.ndjson --to restored.db',
      'hopledger ledger import audit.ndjson --to @/etc/hopledger/connection',
    )
    .action(async (file: string, options: ImportOptions) => {
      const [{ exportedEvents, soundExport }, { transfer }] = await Promise.all([
        import('../../audit/exported-events.js'),
        import('../../audit/transfer.js'),
      ]);
      const target = await namedLedger(cli, options.to);
      const progress = new WorkProgress(cli.err);
      const source = exportIn(file);
      const { events } = await soundExport(source, (checked) =>
        progress.moved(() => `${count(checked, 'event')} of ${file} checked`),
      );
      const done = await withTarget(target, ({ ledger, ...engine }) =>
        transfer(exportedEvents(source), ledger, {
          ...engine,
          onProgress: transferProgress(progress, events),
        }),
      );
      progress.clear();
      showTransfer(cli.out, { from: file, to: target.name, done, json: options.json === true });
    });

/** `hopledger ledger copy`: a ledger into another, of any engine. */
export const copyLedgerCommand = (cli: Cli): CliCommand =>
  new CliCommand('copy')
    .description(
      'Bring all events of a ledger into another, of whatever engine, that is empty or holds the beginning of them: then it goes on from there. A server may go on appending to the first; the second is read back at the end',
    )
    .argument('<from>', LEDGER_FORMS)
    .argument('<to>', 'the same')
    .option('--json', 'print JSON')
    .examples('hopledger ledger copy /var/lib/hopledger/ledger.db @/etc/hopledger/connection')
    .action(async (from: string, to: string, options: { json?: boolean }) => {
      const [{ transfer }, { travelling }] = await Promise.all([
        import('../../audit/transfer.js'),
        import('../../audit/transfer-batches.js'),
      ]);
      const [source, target] = [parseLedger(from), parseLedger(to)];
      const progress = new WorkProgress(cli.err);
      const done = await withReader(source, (reader) =>
        withTarget(target, ({ ledger, ...engine }) =>
          transfer(travelling(reader), ledger, { ...engine, onProgress: transferProgress(progress) }),
        ),
      );
      progress.clear();
      showTransfer(cli.out, { from: source.name, to: target.name, done, json: options.json === true });
    });
