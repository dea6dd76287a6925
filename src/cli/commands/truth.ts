import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { Summary } from '../../truth/summary.js';
import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';

/** `hopledger truth`: histories that were played on real QEMUs, held against what would have been said before. */
export const truthCommand = (cli: Cli): CliCommand =>
  new CliCommand('truth')
    .description(
      'Replay histories of real hops and hold what hopledger would have said against what happened; a JSON line a step, then a summary',
    )
    .argument('<files...>', 'histories, one JSON object a line; .gz as well; - is standard input')
    .option('--summary', 'print the summary alone')
    .examples(
      'hopledger truth histories.jsonl > predictions.jsonl',
      'hopledger truth --summary histories.jsonl.gz | jq .disagreements',
    )
    .action(async (files: readonly string[], options: { readonly summary?: boolean }) => {
      const [{ play }, { readHistory }, { Tally }, { loadCatalogue }] = await Promise.all([
        import('../../truth/play.js'),
        import('../../truth/history.js'),
        import('../../truth/summary.js'),
        import('../../catalogue/load.js'),
      ]);
      const catalogue = loadCatalogue();
      const tally = new Tally();
      let bad = 0;
      for (const file of files) {
        let number = 0;
        for await (const line of linesOf(file, cli.stdin)) {
          number += 1;
          if (line.trim() === '') continue;
          try {
            const history = readHistory(line);
            tally.history();
            for await (const { prediction } of play(history, catalogue)) {
              if (prediction === null) continue;
              tally.add(prediction);
              if (options.summary === true) continue;
              cli.out.line(JSON.stringify(prediction));
              await cli.out.drained();
            }
          } catch (error) {
            bad += 1;
            const why = error instanceof Error ? error.message : String(error);
            cli.err.line(`${file}:${number}: ${why}`);
          }
          if (number % 100 === 0) cli.err.line(`${file}: ${number} histories`);
        }
      }
      const summary = tally.summary();
      cli.out.line(JSON.stringify({ summary }));
      cli.err.line(inWords(summary, bad));
      if (bad > 0 || summary.missedFailures > 0) cli.exitCode = 1;
    });

const linesOf = (file: string, stdin: NodeJS.ReadableStream): AsyncIterable<string> => {
  const raw = file === '-' ? stdin : createReadStream(file);
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
};

const percent = (part: number, whole: number): string =>
  whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(2)} %`;

const inWords = (summary: Summary, bad: number): string =>
  [
    `${summary.histories} histories, ${summary.compared} outcomes: ${summary.agreed} as predicted (${percent(summary.agreed, summary.compared)})`,
    `failures missed: ${summary.missedFailures}; successes predicted to load: ${percent(summary.predictedToLoad, summary.successes)}, called RISKY: ${percent(summary.riskyOfSuccesses, summary.successes)}; unknown: ${percent(summary.unknown, summary.predictions)}`,
    ...(bad === 0 ? [] : [`${bad} lines were no history`]),
  ].join('\n');
