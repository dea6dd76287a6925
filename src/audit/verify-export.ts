import { ExportChecker, type ExportProblem } from './export-checker.js';
import { fileLines } from './file-lines.js';
import { LogRules } from './log-rules.js';

/** What a check of an export found. It is sound when `faults` is 0. */
export interface ExportVerification {
  readonly events: number;
  readonly streams: number;
  /** Of all events; means something only when the export is sound. */
  readonly content: string;
  readonly faults: number;
  /** The first of them. */
  readonly problems: readonly ExportProblem[];
}

const SHOWN = 20;

/**
 * Checks an export, alone: no ledger is needed. One line is in memory at a time.
 *
 * @param onLine - called after each line with the events so far and the bytes of the line
 */
export const verifyExport = async (
  chunks: AsyncIterable<Buffer>,
  onLine: (events: number, bytes: number) => void = () => undefined,
): Promise<ExportVerification> => {
  const rules = new LogRules('line');
  try {
    const checker = new ExportChecker(rules);
    const problems: ExportProblem[] = [];
    let faults = 0;
    const found = (some: readonly ExportProblem[]): void => {
      faults += some.length;
      problems.push(...some.slice(0, SHOWN - problems.length));
    };
    for await (const line of fileLines(chunks)) {
      found(checker.add(line.bytes, line.isWhole));
      onLine(checker.events, line.bytes.length + 1);
    }
    found(checker.finish());
    return { events: checker.events, streams: rules.streams(), content: checker.content, faults, problems };
  } finally {
    rules.close();
  }
};
