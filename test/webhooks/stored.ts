import { randomUUID } from 'node:crypto';
import { toPosition } from '../../src/ledger/position.js';
import type { StoredEvent, StreamName } from '../../src/ledger/port.js';

/** An event as if the ledger had taken it as its n-th, at that time (ms since the epoch). */
export const stored = (
  n: number,
  stream: string,
  type: string,
  data: object,
  atMs: number,
  metadata: object = {},
): StoredEvent => ({
  id: randomUUID(),
  // A test names its streams itself.
  stream: stream as StreamName,
  type,
  data,
  metadata,
  revision: BigInt(n),
  position: toPosition(n),
  recordedAt: new Date(atMs).toISOString(),
});
