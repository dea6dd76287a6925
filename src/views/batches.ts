import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Delivery, Position, StoredEvent } from '../ledger/port.js';

/** Events that are folded into the views in one transaction. */
export interface Batch {
  readonly events: readonly StoredEvent[];
  /** Up to where the ledger was considered with it; null when it brought nothing. */
  readonly position: Position | null;
  /** Nothing follows as of now. */
  readonly caughtUp: boolean;
}

export interface BatchLimits {
  readonly maxEvents: number;
  /** While catching up, this long for a batch to fill. Once live, what is there is taken at once. */
  readonly maxWaitMs: number;
}

/**
 * Takes as many deliveries together as are ready. One that is under way when a batch is full starts the next.
 * Ends when the subscription ends; ends the subscription when the caller does.
 */
export async function* batchesOf(
  subscribe: (signal: AbortSignal) => AsyncIterable<Delivery>,
  signal: AbortSignal,
  limits: BatchLimits,
): AsyncGenerator<Batch, void, undefined> {
  const own = new AbortController();
  const source = subscribe(AbortSignal.any([signal, own.signal]))[Symbol.asyncIterator]();
  let pending = source.next();
  let live = false;
  try {
    for (;;) {
      const draft = new Draft();
      let result = await pending;
      const late = live ? setImmediate(LATE) : setTimeout(limits.maxWaitMs, LATE, { ref: false });
      while (result.done !== true) {
        draft.take(result.value);
        if (result.value.kind === 'caughtUp') live = true;
        if (result.value.kind === 'fellBehind') live = false;
        pending = source.next();
        if (draft.caughtUp || draft.events.length >= limits.maxEvents) break;
        const next = await Promise.race([pending, late]);
        if (next === LATE) break;
        result = next;
      }
      // It may fail while the batch is being worked on; the next round hears of it.
      pending.catch(() => undefined);
      if (draft.position !== null || draft.caughtUp) yield draft;
      if (result.done === true) return;
    }
  } finally {
    own.abort();
    pending.catch(() => undefined);
    await source.return?.();
  }
}

const LATE = Symbol('late');

class Draft implements Batch {
  readonly events: StoredEvent[] = [];
  position: Position | null = null;
  caughtUp = false;

  take(delivery: Delivery): void {
    switch (delivery.kind) {
      case 'event':
        this.events.push(delivery.event);
        this.position = delivery.event.position;
        return;
      case 'checkpoint':
        this.position = delivery.position;
        return;
      case 'caughtUp':
        this.caughtUp = true;
        return;
      case 'fellBehind':
        return;
    }
  }
}
