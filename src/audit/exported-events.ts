import { BadExport, LedgerDiffers } from './audit-errors.js';
import type { EventLine } from './export-format.js';
import { fileLines } from './file-lines.js';
import { readLine } from './read-line.js';
import { verifyExport, type ExportVerification } from './verify-export.js';

/** An export that can be read again from its beginning. */
export interface ExportSource {
  /** For messages. */
  readonly name: string;
  readonly open: () => Promise<AsyncIterable<Buffer>>;
}

/**
 * Checks all of an export.
 *
 * @throws BadExport
 */
export const soundExport = async (
  { name, open }: ExportSource,
  onLine?: (events: number, bytes: number) => void,
): Promise<ExportVerification> => {
  const verification = await verifyExport(await open(), onLine);
  if (verification.faults > 0) throw new BadExport(name, verification);
  return verification;
};

/**
 * The events of an export that was checked.
 *
 * @throws BadExport when it has changed since
 */
export async function* exportedEvents({ name, open }: ExportSource): AsyncGenerator<EventLine, void> {
  let at = 0;
  let previous = '';
  for await (const { bytes } of fileLines(await open())) {
    at += 1;
    const read = readLine(bytes);
    const fault = 'fault' in read ? read.fault : undefined;
    const { line } = read;
    if (fault !== undefined || line === undefined || (line.kind !== 'header' && line.previous !== previous))
      throw new BadExport(name, {
        faults: 1,
        problems: [{ line: at, what: `${fault ?? 'does not follow'}; the file is being changed` }],
      });
    previous = line.hash;
    if (line.kind === 'end') return;
    if (line.kind === 'event') yield line;
  }
}

/**
 * Holds one sound export against an older one.
 *
 * @throws LedgerDiffers when it does not begin with all events of the older
 */
export const refuseOtherBeginning = async (newer: ExportSource, older: ExportSource): Promise<void> => {
  const events = exportedEvents(newer);
  try {
    for await (const { n, content } of exportedEvents(older)) {
      const next = await events.next();
      if (next.done === true)
        throw new LedgerDiffers(`${newer.name} ends before event ${n} of ${older.name}`, n);
      if (next.value.content !== content)
        throw new LedgerDiffers(`event ${n} of ${newer.name} is not that of ${older.name}`, n);
    }
  } finally {
    await events.return();
  }
};
