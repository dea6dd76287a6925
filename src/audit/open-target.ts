import { openLedger, type LedgerOptions } from '../ledger/open.js';
import type { Ledger } from '../ledger/port.js';
import type { TransferOptions } from './transfer.js';

/** What an older or larger ledger took must go in again; an engine's own bounds still hold. */
const WIDE = { maxEventBytes: 64 * 1024 * 1024, maxAppendBytes: 64 * 1024 * 1024 };

/** SQLite's one writer takes up to 128 appends that are handed over in one turn as one transaction. */
const SQLITE_GROUP = 100;

/** A ledger opened to be transferred into, and how to do that with its engine. */
export interface Target extends Required<Pick<TransferOptions, 'groupSize' | 'onTime'>> {
  readonly ledger: Ledger;
}

/**
 * Where the engine lets us give the time, an event keeps the time at which it was recorded first. EventStoreDB gives
 * each event the time of its own clock: there it is the time of the transfer.
 *
 * @throws CannotOpenLedger, for `in_use` when a server has the file
 */
export const openTarget = async (options: LedgerOptions): Promise<Target> => {
  if (options.engine === 'eventstoredb')
    return { ledger: await openLedger({ ...options, limits: WIDE }), groupSize: 1, onTime: () => undefined };
  let nowMs = 0;
  return {
    ledger: await openLedger({ ...options, limits: WIDE, now: () => nowMs }),
    groupSize: options.engine === 'sqlite' ? SQLITE_GROUP : 1,
    onTime: (recordedAtMs) => (nowMs = recordedAtMs),
  };
};
