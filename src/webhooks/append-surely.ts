import { DuplicateEventId, InvalidAppend, LedgerClosed, WrongRevision } from '../ledger/errors.js';
import type { Ledger, NewEvent } from '../ledger/port.js';
import { JOURNAL_STREAM } from './journal-events.js';
import type { LeaseClock } from './lease-clock.js';

/** This process does not hold the lease, or cannot say that it still does: it may neither write nor send. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export interface SureAppend {
  readonly ledger: Pick<Ledger, 'append'>;
  /** Of the last event of the journal, as this writer knows it; null: there is none. */
  readonly after: bigint | null;
  readonly events: readonly NewEvent[];
  readonly clock: LeaseClock;
  /** Not tried again later than this, by the clock. */
  readonly until: number;
  readonly signal: AbortSignal;
}

const PAUSE_MS = { least: 20, most: 1_000 };

/**
 * Appends to the journal. One whose outcome is not known is appended again with the same ids, which says what became of
 * it; so is one that the ledger could not take.
 *
 * @returns the revision of the last event
 * @throws LeaseLost when another has written, or when time is up
 * @throws InvalidAppend, LedgerClosed
 */
export const appendSurely = async ({
  ledger,
  after,
  events,
  clock,
  until,
  signal,
}: SureAppend): Promise<bigint> => {
  for (let pauseMs = PAUSE_MS.least; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS.most)) {
    try {
      const { revision } = await ledger.append(JOURNAL_STREAM, after ?? 'no_stream', events);
      return revision;
    } catch (error) {
      if (error instanceof WrongRevision) throw new LeaseLost('another writes the journal', { cause: error });
      if (isFinal(error)) throw error;
      if (signal.aborted || clock.now() + pauseMs >= until)
        throw new LeaseLost('the ledger did not take a write in time', { cause: error });
      await clock.sleep(pauseMs, signal);
    }
  }
};

/** The same again would fail again. */
const isFinal = (error: unknown): boolean =>
  error instanceof InvalidAppend || error instanceof DuplicateEventId || error instanceof LedgerClosed;
