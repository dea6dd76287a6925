import { openLedger, type LedgerOptions } from './open.js';
import type { LedgerReader } from './port.js';
import { SqliteLedgerReader } from './sqlite/sqlite-ledger-reader.js';

/**
 * Opens a ledger to read it, beside whoever appends to it, and makes none.
 *
 * @throws CannotOpenLedger when there is none to read
 */
export async function openLedgerForReading(options: LedgerOptions): Promise<LedgerReader> {
  switch (options.engine) {
    case 'memory':
      return openLedger(options);
    case 'sqlite':
      return SqliteLedgerReader.open(options.path);
    case 'eventstoredb': {
      const { openEventStoreDBForReading } = await import('./eventstoredb/open.js');
      return openEventStoreDBForReading(options);
    }
  }
}
