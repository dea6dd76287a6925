import type { LedgerLimits } from '../limits.js';
import type { Position } from '../port.js';
import type { Connection } from './connection.js';
import type { Follower } from './follower.js';
import type { Namespace } from './namespace.js';
import type { Timings } from './timings.js';

/** What the parts of the engine share. */
export interface Engine {
  readonly namespace: Namespace;
  /** Nothing of the ledger is before it. */
  readonly origin: Position;
  /** For appends and for what must be up to date: every call on it asks for the leader. */
  readonly leader: Connection;
  /** For what may be a moment behind: the node that the operator prefers. */
  readonly replica: Connection;
  readonly follower: Follower;
  readonly limits: LedgerLimits;
  readonly timings: Timings;
}
