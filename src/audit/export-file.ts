import { createReadStream, existsSync } from 'node:fs';
import { open, rename, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { canonical } from '../catalogue/canonical.js';
import { START, type LedgerReader, type Position, type StreamName } from '../ledger/port.js';
import { LedgerDiffers } from './audit-errors.js';
import { contentOf } from './content-hash.js';
import { ExportChain } from './export-chain.js';
import { ExportChecker } from './export-checker.js';
import type { EventLine } from './export-format.js';
import { fileLines } from './file-lines.js';
import { LogRules } from './log-rules.js';

/** What was exported. */
export interface Exported {
  readonly events: number;
  readonly content: string;
  /** Events that an earlier, interrupted export had written. */
  readonly resumedAfter: number;
}

export type ExportProgress = (events: number) => void;

/** Bytes that are gathered before they are written. */
const WRITE_BYTES = 256 * 1024;

/** The lines of an export of a ledger as it is now, with their line feeds. */
export async function* exportLines(
  ledger: LedgerReader,
  chain: ExportChain,
  after: Position,
): AsyncGenerator<string, void> {
  if (chain.events === 0) yield chain.header();
  for await (const event of ledger.readAll(after)) yield chain.event(event);
  yield chain.end();
}

/**
 * Writes an export to a new file. Until it is whole and on the disk it is called `<file>.partial`; what such a file of
 * an interrupted export holds is kept, and the export goes on behind it. Readable for its owner only, as a ledger is.
 *
 * @throws LedgerDiffers when `<file>.partial` is of another ledger
 */
export const writeExport = async (
  ledger: LedgerReader,
  file: string,
  onProgress: ExportProgress = () => undefined,
): Promise<Exported> => {
  const partial = `${file}.partial`;
  const last = existsSync(partial) ? await soundBeginning(partial) : undefined;
  if (last) await refuseOther(ledger, last, partial);
  const chain = last ? ExportChain.after(last) : new ExportChain();
  const handle = await open(partial, last ? 'a' : 'w', 0o600);
  try {
    await writeLines(handle, exportLines(ledger, chain, last ? (last.position as Position) : START), () =>
      onProgress(chain.events),
    );
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, file);
  await syncFolder(dirname(file));
  return { events: chain.events, content: chain.content, resumedAfter: last?.n ?? 0 };
};

const writeLines = async (
  handle: FileHandle,
  lines: AsyncIterable<string>,
  onProgress: () => void,
): Promise<void> => {
  let gathered: string[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    await handle.appendFile(gathered.join(''));
    gathered = [];
    size = 0;
    onProgress();
  };
  for await (const line of lines) {
    gathered.push(line);
    size += line.length;
    if (size >= WRITE_BYTES) await flush();
  }
  await flush();
};

/** Cuts an interrupted export down to its sound beginning. @returns its last event, undefined when it has none */
const soundBeginning = async (partial: string): Promise<EventLine | undefined> => {
  const rules = new LogRules('line');
  try {
    const checker = new ExportChecker(rules);
    let sound = 0;
    let last: EventLine | undefined;
    for await (const { bytes, isWhole } of fileLines(createReadStream(partial))) {
      if (checker.add(bytes, isWhole).length > 0 || checker.ended) break;
      sound += bytes.length + 1;
      last = checker.last;
    }
    await truncate(partial, last ? sound : 0);
    return last;
  } finally {
    rules.close();
  }
};

/** The event that the interrupted export ends with must be where it was. */
const refuseOther = async (ledger: LedgerReader, last: EventLine, partial: string): Promise<void> => {
  const stream = ledger.readStream(last.event.stream as StreamName, BigInt(last.event.revision), 1);
  for await (const event of stream)
    if (event.position === last.position && canonical(contentOf(event)) === canonical(last.event)) return;
  throw new LedgerDiffers(
    `${partial} was begun from another ledger: its event ${last.n} is not in this one; remove it to begin anew`,
    last.n,
  );
};

/** So that the name survives a power cut too. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
