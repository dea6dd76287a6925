import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { CannotOpenLedger } from '../errors.js';
import { sqliteCode } from './connection.js';

const SQLITE_BUSY = 5;

/**
 * One process appends to a ledger. The lock is an exclusive transaction on an empty database beside the file, for as
 * long as the ledger is open: the operating system takes it back when the process ends, however it ends, and readers of
 * the ledger itself are not in its way. The file stays; removing it would let two owners lock two files of one name.
 */
export class WriterLock {
  readonly #db: DatabaseSyncInstance;

  /** @throws CannotOpenLedger `in_use` */
  constructor(ledgerPath: string) {
    this.#db = new DatabaseSync(`${ledgerPath}.lock`, { timeout: 0 });
    try {
      this.#db.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      this.#db.close();
      if (sqliteCode(error) !== SQLITE_BUSY) throw error;
      throw new CannotOpenLedger(
        ledgerPath,
        'in_use',
        'open for appending elsewhere; one process appends to a ledger',
      );
    }
  }

  release(): void {
    this.#db.close();
  }
}
