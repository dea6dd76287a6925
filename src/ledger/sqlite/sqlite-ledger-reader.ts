import { resolve } from 'node:path';
import { CannotOpenLedger } from '../errors.js';
import { readPages } from '../log-pages.js';
import type { Filter, LedgerReader, Position, Revision, StoredEvent, StreamName } from '../port.js';
import { toPosition } from '../position.js';
import { openForReading, sqliteCode } from './connection.js';
import { LogReader } from './log-reader.js';

const SQLITE_CANTOPEN = 14;

/** Reads a ledger file, whether a server has it open for appending or not; takes no lock and changes nothing. */
export class SqliteLedgerReader implements LedgerReader {
  readonly #reader: LogReader;

  private constructor(reader: LogReader) {
    this.#reader = reader;
  }

  /** @throws CannotOpenLedger when there is no such file, or it is no ledger, or of a later version */
  static open(path: string): SqliteLedgerReader {
    try {
      return new SqliteLedgerReader(new LogReader(openForReading(resolve(path))));
    } catch (error) {
      if (sqliteCode(error) !== SQLITE_CANTOPEN) throw error;
      throw new CannotOpenLedger(path, 'not_a_ledger', 'cannot be read as a file');
    }
  }

  readStream(
    stream: StreamName,
    from: Revision = 0n,
    maxCount = Infinity,
  ): AsyncGenerator<StoredEvent, void> {
    return this.#reader.readStream(stream, from, maxCount);
  }

  readAll(after: Position, filter?: Filter, maxCount = Infinity): AsyncGenerator<StoredEvent, void> {
    return readPages(this.#reader, after, filter, maxCount);
  }

  async head(): Promise<Position> {
    return toPosition(this.#reader.head());
  }

  async close(): Promise<void> {
    this.#reader.close();
  }
}
