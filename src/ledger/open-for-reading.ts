import { openLedger, type LedgerOptions } from './open.js';
import type { LedgerReader } from './port.js';
import { SqliteLedgerReader } from './sqlite/sqlite-ledger-reader.js';

/**
 * Opens a ledger to read it, beside whoever appends to it.
 *
 * @throws CannotOpenLedger when there is none to read
 */
export async function openLedgerForReading(options: LedgerOptions): Promise<LedgerReader> {
  return options.engine === 'sqlite' ? SqliteLedgerReader.open(options.path) : openLedger(options);
}
