import type { LedgerLimits } from './limits.js';
import { MemoryLedger } from './memory/memory-ledger.js';
import type { Ledger } from './port.js';
import { SqliteLedger } from './sqlite/sqlite-ledger.js';

export type LedgerOptions = (
  | { readonly engine: 'memory' }
  | { readonly engine: 'sqlite'; /** The file; created when missing. */ readonly path: string }
) & {
  readonly limits?: Partial<LedgerLimits>;
  /** Clock of `recordedAt`, ms since 1970. @defaultValue `Date.now` */
  readonly now?: () => number;
};

/** @throws CannotOpenLedger when the file is in use, of a later version, or no ledger */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  switch (options.engine) {
    case 'memory':
      return new MemoryLedger(options);
    case 'sqlite':
      return SqliteLedger.open(options);
  }
}
