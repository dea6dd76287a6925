import type { ExportSource } from '../../audit/exported-events.js';
import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure } from '../failure.js';
import { exportIn, isSqlite } from '../ledger/export-input.js';
import { configuredLedger, isServer, parseLedger, type NamedLedger } from '../ledger/ledger-address.js';
import { withReader } from '../ledger/with-ledger.js';
import { WorkProgress } from '../ledger/work-progress.js';
import { harmlessLine } from '../show/harmless.js';
import { count } from '../show/words.js';

interface VerifyOptions {
  readonly against?: string;
  readonly expect?: string;
  readonly json?: boolean;
}

/** What was found, of an export or of a ledger. */
interface Verified {
  readonly events: number;
  readonly streams: number;
  readonly content: string;
  readonly faults: number;
  readonly problems: readonly string[];
}

/** `hopledger ledger verify`: an export without its ledger, a ledger file, a backup, or the ledger of the configuration. */
export const verifyLedgerCommand = (cli: Cli): CliCommand =>
  new CliCommand('verify')
    .description(
      'Check an export, line by line, without its ledger; or a ledger, whether a server has it open or not. Reads all of it and prints its content hash, which is the same on every engine',
    )
    .argument(
      '[what]',
      'an export; ledger.db or a backup of it; a server, as @FILE or esdb://… (default: the ledger of the configuration)',
    )
    .option('--against <export>', 'it must begin with all events of this export, which is checked too')
    .option('--expect <hash>', 'its content hash must be this one')
    .option('--json', 'print JSON')
    .examples(
      'hopledger ledger verify audit.ndjson',
      'hopledger ledger verify audit-2027.ndjson --against audit-2026.ndjson',
      'hopledger ledger verify /var/lib/hopledger/ledger.db --against audit.ndjson',
    )
    .action(async (what: string | undefined, options: VerifyOptions) => {
      const progress = new WorkProgress(cli.err);
      const against = options.against === undefined ? undefined : exportIn(options.against);
      const older = against && (await checkedExport(against, progress));
      const name = what ?? (await configuredLedger(cli)).name;
      const found = await verified(cli, what, against, progress);
      progress.clear();
      const problems = [...found.problems];
      if (found.faults === 0 && options.expect !== undefined && options.expect !== found.content)
        problems.push(`the content hash is not ${options.expect}`);
      if (problems.length > 0) cli.exitCode = EXIT.FAILED;
      const { events, streams, content } = found;
      if (options.json === true) {
        const beginning = older && { file: options.against, events: older.events, content: older.content };
        cli.out.json({ what: name, events, streams, content, against: beginning ?? null, problems });
        return;
      }
      const { style } = cli.out;
      const verdict = problems.length === 0 ? style.good('sound') : style.bad('not sound');
      cli.out.line(`${verdict}: ${name}, ${count(events, 'event')} in ${count(streams, 'stream')}`);
      for (const problem of problems) cli.out.line(`  ${harmlessLine(problem)}`);
      const more = found.faults - found.problems.length;
      if (more > 0) cli.out.line(`  and ${count(more, 'more', 'more')}`);
      if (found.faults === 0) cli.out.line(`content hash ${content}`);
      if (older && problems.length === 0)
        cli.out.line(`begins with the ${count(older.events, 'event')} of ${String(options.against)}`);
    });

const verified = async (
  cli: Cli,
  what: string | undefined,
  against: ExportSource | undefined,
  progress: WorkProgress,
): Promise<Verified> => {
  if (what === undefined) return verifiedLedger(await configuredLedger(cli), against, progress);
  if (isServer(what)) return verifiedLedger(parseLedger(what), against, progress);
  if (what === '-' || !(await isSqlite(what))) return verifiedExport(cli, what, against, progress);

  const { verifyLedgerFile } = await import('../../ledger/sqlite/sqlite-ledger.js');
  const file = await verifyLedgerFile(what).catch((error: unknown) => Promise.reject(unusable(what, error)));
  if (file.problems.length > 0) return { ...file, content: '', faults: file.problems.length };
  return verifiedLedger(parseLedger(what), against, progress);
};

const verifiedExport = async (
  cli: Cli,
  file: string,
  against: ExportSource | undefined,
  progress: WorkProgress,
): Promise<Verified> => {
  const [{ verifyExport }, { refuseOtherBeginning }] = await Promise.all([
    import('../../audit/verify-export.js'),
    import('../../audit/exported-events.js'),
  ]);
  if (file === '-' && against)
    throw new CliFailure('--against needs an export in a file', { exitCode: EXIT.USAGE });
  const source = exportIn(file);
  const chunks = file === '-' ? (cli.stdin as AsyncIterable<Buffer>) : await source.open();
  const found = await verifyExport(chunks, (events) =>
    progress.moved(() => `${count(events, 'event')} of ${file} checked`),
  );
  const [first] = found.problems;
  if (first?.line === 1 && found.streams === 0)
    throw new CliFailure(`${file} is neither a ledger nor an export: its line 1 ${first.what}`, {
      code: 'CANNOT_OPEN_LEDGER',
    });
  if (found.faults === 0 && against) await refuseOtherBeginning(source, against);
  return { ...found, problems: found.problems.map(({ line, what }) => `line ${line} ${what}`) };
};

const verifiedLedger = async (
  named: NamedLedger,
  against: ExportSource | undefined,
  progress: WorkProgress,
): Promise<Verified> => {
  const [{ readLedger }, { exportedEvents }] = await Promise.all([
    import('../../audit/verify-ledger.js'),
    import('../../audit/exported-events.js'),
  ]);
  return withReader(named, (ledger) =>
    readLedger(ledger, {
      ...(against && { against: exportedEvents(against) }),
      onEvent: (events) => progress.moved(() => `${count(events, 'event')} of ${named.name} read`),
    }),
  );
};

const checkedExport = async (against: ExportSource, progress: WorkProgress) => {
  const { soundExport } = await import('../../audit/exported-events.js');
  return soundExport(against, (events) =>
    progress.moved(() => `${count(events, 'event')} of ${against.name} checked`),
  );
};

/** What SQLite says of a file that is missing, or is something else, speaks of no file. */
export const unusable = (file: string, error: unknown): CliFailure => {
  const message = error instanceof Error ? error.message : String(error);
  const text = message.startsWith(file) ? message : `${file}: ${message}`;
  return new CliFailure(text, { code: 'CANNOT_OPEN_LEDGER', cause: error });
};
