import type { Ledger, StoredEvent } from '../../src/ledger/port.js';
import { openLedger, type LedgerOptions } from '../../src/ledger/open.js';
import { asNewEvent } from './sample-log.js';

/** Appends these events as they are, many at once, in order; their times are the ledger's own. */
export async function fill(ledger: Ledger, events: Iterable<StoredEvent>): Promise<void> {
  let waiting: Promise<unknown>[] = [];
  for (const event of events) {
    const { stream, revision } = event;
    waiting.push(ledger.append(stream, revision === 0n ? 'no_stream' : revision - 1n, [asNewEvent(event)]));
    if (waiting.length < 1_000) continue;
    await Promise.all(waiting);
    waiting = [];
  }
  await Promise.all(waiting);
}

/** A SQLite ledger in a file, closed, that holds these events at their times. */
export async function ledgerFile(path: string, events: readonly StoredEvent[]): Promise<string> {
  let at = 0;
  // The clock is asked once for each append.
  const now = (): number => Date.parse(events[at++]?.recordedAt ?? '2030-01-01T00:00:00.000Z');
  const options: LedgerOptions = { engine: 'sqlite', path, now };
  const ledger = await openLedger(options);
  await fill(ledger, events);
  await ledger.close();
  return path;
}
