import { LedgerError } from '../ledger/errors.js';
import type { Appended, Expected, Ledger, NewEvent, StreamName } from '../ledger/port.js';
import type { AppendOutcome, Metrics } from './metrics.js';

/** The same ledger, its appends counted by outcome. */
export const metered = (ledger: Ledger, metrics: Metrics): Ledger => ({
  async append(stream: StreamName, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    try {
      const appended = await ledger.append(stream, expected, events);
      metrics.countAppend(appended.repeated ? 'repeated' : 'appended');
      return appended;
    } catch (error) {
      metrics.countAppend(outcomeOf(error));
      throw error;
    }
  },
  readStream: (stream, from, maxCount) => ledger.readStream(stream, from, maxCount),
  readAll: (after, filter, maxCount) => ledger.readAll(after, filter, maxCount),
  subscribe: (after, options) => ledger.subscribe(after, options),
  head: () => ledger.head(),
  close: () => ledger.close(),
});

const outcomeOf = (error: unknown): AppendOutcome => {
  if (!(error instanceof LedgerError)) return 'unknown';
  if (error.code === 'OVERLOADED') return 'overloaded';
  return error.code === 'UNKNOWN_OUTCOME' ? 'unknown' : 'refused';
};
