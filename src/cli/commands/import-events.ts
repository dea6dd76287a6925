import { createReadStream } from 'node:fs';
import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { PATIENT } from '../client/retry.js';
import { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { explain, usageFailure } from '../failure.js';
import { newFileReport, reportJson, totalsOf } from '../import/import-report.js';
import { ProgressTeller } from '../import/progress.js';
import { showImport } from '../import/report-text.js';
import { sendEvents } from '../import/send-events.js';
import { repeatable } from '../options/texts.js';

interface ImportEventsOptions {
  readonly host: string;
  readonly domain?: readonly string[];
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `hopledger import virsh-events`: what `virsh event` printed, or prints now. */
export const importEventsCommand = (cli: Cli): CliCommand =>
  new CliCommand('virsh-events')
    .description('The output of `virsh event --all --loop --timestamp`; again changes nothing')
    .argument('<file>', 'the output, or - to read standard input as it comes')
    .requiredOption('--host <name>', 'the host that virsh ran on')
    .option(
      '--domain <name=uuid>',
      'which VM a name is of (events hold only names); again for each',
      repeatable,
    )
    .option('--strict', 'fail when a line could not be read')
    .option('--json', 'print JSON')
    .examples(
      'hopledger import virsh-events events.txt --host hosta --domain web01=11111111-2222-4333-8444-000000000001',
      'virsh event --all --loop --timestamp | hopledger import virsh-events - --host hosta',
    )
    .action(async (file: string, options: ImportEventsOptions, command: CliCommand) => {
      const client = openClient(cli, command);
      const domains = Object.fromEntries((options.domain ?? []).map(domainOf));
      const teller = new ProgressTeller(cli.err);
      const report = newFileReport(file === '-' ? 'standard input' : file);
      const moved = (filesDone: number) => {
        const { bytes, recorded, repeated } = report;
        return { file: report.file, filesDone, filesInAll: 1, bytes, events: recorded + repeated };
      };
      const retries = {
        ...PATIENT,
        onPause: (error: Error, pauseMs: number) =>
          teller.note(`${error.message}; again in ${(pauseMs / 1000).toFixed(1)} s`),
      };
      try {
        await sendEvents(file === '-' ? cli.stdin : createReadStream(file), report, {
          client,
          host: options.host,
          domains,
          retries,
          idleMs: 1_000,
          onSent: () => teller.moved(moved(0)),
        });
        teller.fileDone(moved(1));
      } catch (error) {
        const { message, code } = explain(error);
        report.error = code === null ? message : `${code}: ${message}`;
        cli.exitCode = EXIT.FAILED;
      }
      teller.clear();
      if (options.strict === true && totalsOf([report]).unreadable > 0) cli.exitCode = EXIT.FAILED;
      if (options.json === true) cli.out.json(reportJson([report]));
      else showImport(cli.out, [report]);
    });

const domainOf = (text: string): readonly [string, string] => {
  const equals = text.lastIndexOf('=');
  if (equals <= 0) throw usageFailure(`--domain ${text}: it must be NAME=UUID`);
  return [text.slice(0, equals), text.slice(equals + 1)];
};
