import type { Ledger, Position } from '../ledger/port.js';

/** Counting stops here: beyond it, how far behind exactly no longer matters. */
export const MAX_LAG = 10_000;

/**
 * Events of the ledger after `position`, at most `MAX_LAG`. Positions are opaque, so events are counted by reading
 * them; caught up, which is nearly always, the head alone answers.
 */
export const lagAfter = async (
  ledger: Pick<Ledger, 'head' | 'readAll'>,
  position: Position,
): Promise<number> => {
  if ((await ledger.head()) <= position) return 0;
  let count = 0;
  for await (const event of ledger.readAll(position, undefined, MAX_LAG))
    count += event.position > position ? 1 : 0;
  return count;
};
