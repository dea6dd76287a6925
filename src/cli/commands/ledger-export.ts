import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { CliFailure } from '../failure.js';
import { LEDGER_FORMS, namedLedger } from '../ledger/ledger-address.js';
import { withReader } from '../ledger/with-ledger.js';
import { WorkProgress } from '../ledger/work-progress.js';
import { rate } from '../show/sizes.js';
import { count } from '../show/words.js';

interface ExportOptions {
  readonly from?: string;
  readonly json?: boolean;
}

/** `hopledger ledger export`: all events as lines that can be checked without a ledger. */
export const exportLedgerCommand = (cli: Cli): CliCommand =>
  new CliCommand('export')
    .description(
      'Write all events of a ledger as NDJSON that shows every change (docs/reference/export-format.md); a server may go on appending. Interrupted, the same again goes on',
    )
    .argument('<file>', 'the export; must not exist; - for standard output')
    .option('--from <ledger>', `${LEDGER_FORMS} (default: the one of the configuration)`)
    .option('--json', 'print JSON')
    .examples(
      'hopledger ledger export audit.ndjson --from /var/lib/hopledger/ledger.db',
      'hopledger ledger export - | gzip > audit.ndjson.gz',
    )
    .action(async (file: string, options: ExportOptions) => {
      const [{ existsSync }, { exportLines, writeExport }, { ExportChain }, { START }] = await Promise.all([
        import('node:fs'),
        import('../../audit/export-file.js'),
        import('../../audit/export-chain.js'),
        import('../../ledger/port.js'),
      ]);
      if (file !== '-' && existsSync(file))
        throw new CliFailure(`${file} exists; an export overwrites nothing`);
      const source = await namedLedger(cli, options.from);
      const progress = new WorkProgress(cli.err);
      const began = performance.now();
      const moved = (events: number): void =>
        progress.moved(
          () => `${count(events, 'event')} exported  ${rate(events, performance.now() - began)}`,
        );
      await withReader(source, async (ledger) => {
        if (file === '-') {
          const chain = new ExportChain();
          for await (const line of exportLines(ledger, chain, START)) {
            cli.out.write(line);
            await cli.out.drained();
            moved(chain.events);
          }
          progress.clear();
          cli.err.line(`${count(chain.events, 'event')}, content hash ${chain.content}`);
          return;
        }
        const { events, content, resumedAfter } = await writeExport(ledger, file, moved);
        progress.clear();
        if (options.json === true) cli.out.json({ file, from: source.name, events, resumedAfter, content });
        else {
          const resumed =
            resumedAfter > 0 ? `, gone on with after event ${resumedAfter.toLocaleString('en')}` : '';
          cli.out.line(`${file}: ${count(events, 'event')} of ${source.name}${resumed}`);
          cli.out.line(`content hash ${content}`);
        }
      });
    });
