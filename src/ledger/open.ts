import type { EventStoreDBOptions } from './eventstoredb/open.js';
import type { LedgerLimits } from './limits.js';
import { MemoryLedger } from './memory/memory-ledger.js';
import type { Ledger } from './port.js';
import { SqliteLedger } from './sqlite/sqlite-ledger.js';

interface Common {
  readonly limits?: Partial<LedgerLimits>;
}
interface OwnClock extends Common {
  /** Clock of `recordedAt`, ms since 1970. @defaultValue `Date.now` */
  readonly now?: () => number;
}

export type LedgerOptions =
  | ({ readonly engine: 'memory' } & OwnClock)
  | ({ readonly engine: 'sqlite'; /** The file; created when missing. */ readonly path: string } & OwnClock)
  /** The clock is the server's. */
  | ({ readonly engine: 'eventstoredb' } & EventStoreDBOptions);

/** @throws CannotOpenLedger when the file or the server cannot be opened as a ledger; its message says why */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  switch (options.engine) {
    case 'memory':
      return new MemoryLedger(options);
    case 'sqlite':
      return SqliteLedger.open(options);
    case 'eventstoredb': {
      // Loaded by those who use it: it is gRPC and all that belongs to it.
      const { openEventStoreDB } = await import('./eventstoredb/open.js');
      return openEventStoreDB(options);
    }
  }
}
