import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { PATIENT } from '../client/retry.js';
import { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { explain } from '../failure.js';
import { newFileReport, reportJson, totalsOf, type FileReport } from '../import/import-report.js';
import { ProgressTeller, type Progress } from '../import/progress.js';
import { showImport } from '../import/report-text.js';
import { inRotationOrder } from '../import/rotation-order.js';
import { sendLog } from '../import/send-log.js';
import { wholeNumber } from '../options/texts.js';

interface ImportLogsOptions {
  readonly host: string;
  readonly pieceKib: number;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** A log is parsed and recorded before the server answers. */
const TIMEOUT_MS = 300_000;

/** `hopledger import libvirt-logs`: the past, as libvirt wrote it down on each host. */
export const importLogsCommand = (cli: Cli): CliCommand =>
  new CliCommand('libvirt-logs')
    .description(
      "libvirt's logs of VMs (/var/log/libvirt/qemu/*.log, rotated and gzipped ones too); again changes nothing",
    )
    .argument('<files...>', 'the logs of one host')
    .requiredOption('--host <name>', 'the host that they are from')
    .option('--strict', 'fail when a line could not be read')
    .option('--piece-kib <count>', 'send larger logs in pieces of so many KiB', wholeNumber, 4096)
    .option('--json', 'print JSON')
    .examples(
      'hopledger import libvirt-logs /var/log/libvirt/qemu/*.log* --host $(hostname -s)',
      "ssh hostb 'tar c /var/log/libvirt/qemu' | tar x && hopledger import libvirt-logs var/log/libvirt/qemu/* --host hostb",
    )
    .action(async (files: readonly string[], options: ImportLogsOptions, command: CliCommand) => {
      const client = openClient(cli, command, TIMEOUT_MS);
      const ordered = inRotationOrder(files);
      const teller = new ProgressTeller(cli.err);
      const reports: FileReport[] = [];
      const progress = (): Progress => {
        const { bytes, recorded, repeated } = totalsOf(reports);
        const filesDone = reports.length - 1;
        return {
          file: reports.at(-1)?.file ?? '',
          filesDone,
          filesInAll: ordered.length,
          bytes,
          events: recorded + repeated,
        };
      };
      const retries = {
        ...PATIENT,
        onPause: (error: Error, pauseMs: number) =>
          teller.note(`${error.message}; again in ${(pauseMs / 1000).toFixed(1)} s`),
      };
      let before: { log: string; start: Buffer | undefined } | undefined;
      for (const { file, log } of ordered) {
        const report = newFileReport(file);
        reports.push(report);
        const startBefore = before?.log === log ? before.start : undefined;
        before = { log, start: undefined };
        const sending = {
          client,
          host: options.host,
          retries,
          pieceBytes: options.pieceKib * 1024,
          startBefore,
        };
        try {
          before.start = await sendLog(report, { ...sending, onSent: () => teller.moved(progress()) });
          teller.fileDone({ ...progress(), filesDone: reports.length });
        } catch (error) {
          const { message, code, exitCode } = explain(error);
          report.error = code === null ? message : `${code}: ${message}`;
          teller.note(`${file}: ${report.error}`);
          cli.exitCode = EXIT.FAILED;
          // The other files would each wait as long for a server that is away.
          if (exitCode === EXIT.UNREACHABLE || code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') break;
        }
      }
      teller.clear();
      for (const { file } of ordered.slice(reports.length))
        reports.push({ ...newFileReport(file), error: 'not tried after the failure before it' });
      if (options.strict === true && totalsOf(reports).unreadable > 0) cli.exitCode = EXIT.FAILED;
      if (options.json === true) cli.out.json(reportJson(reports));
      else showImport(cli.out, reports);
    });
