import type { LedgerLimits } from '../../src/ledger/limits.js';
import type { Ledger } from '../../src/ledger/port.js';

/** What the contract suite needs of an engine. */
export interface LedgerHarness {
  /** False when nobody can set the engine's clock: it is a server's. @defaultValue true */
  readonly setsClock?: boolean;
  /** A ledger of its own, empty. The suite closes it. */
  open(options?: OpenOptions): Promise<Ledger>;
  /** The same log again after its ledger was closed; absent when the engine keeps nothing. */
  readonly reopen?: (closed: Ledger) => Promise<Ledger>;
  /** Removes what the opened ledgers left. */
  dispose(): Promise<void>;
}

export interface OpenOptions {
  readonly limits?: Partial<LedgerLimits>;
  readonly now?: () => number;
}
