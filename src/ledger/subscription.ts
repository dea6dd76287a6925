import { setImmediate } from 'node:timers/promises';
import type { Growth } from './growth.js';
import type { LogPages } from './log-pages.js';
import type { Delivery, Filter, Position } from './port.js';
import { toPosition, toSequence } from './position.js';

export interface SubscriptionOptions {
  readonly filter?: Filter | undefined;
  readonly signal: AbortSignal;
  readonly fellBehindAfter: number;
}

/**
 * Follows the log. Live delivery is a wake-up and then the same reading of pages as catching up, so there is one order,
 * nothing is held in memory for a slow consumer, and no event can fall between history and live.
 */
export async function* subscribeToPages(
  log: LogPages,
  growth: Growth,
  after: Position,
  { filter, signal, fellBehindAfter }: SubscriptionOptions,
): AsyncGenerator<Delivery, void, undefined> {
  const ended = (): boolean => signal.aborted || growth.closed;
  if (ended()) return;
  // Not where nothing follows: under writes that may never be.
  let level = log.head();
  let at = toSequence(after, level);
  let live = false;

  while (!ended()) {
    const head = log.head();
    if (!live && at >= level) {
      live = true;
      yield { kind: 'caughtUp' };
      continue;
    }
    if (at === head) {
      await growth.next(signal);
      continue;
    }
    if (live && head - at > fellBehindAfter) {
      live = false;
      level = head;
      yield { kind: 'fellBehind' };
      if (ended()) return;
    }

    const page = log.page(at, head, filter);
    let delivered = '' as Position;
    for (const event of page.events) {
      yield { kind: 'event', event };
      if (ended()) return;
      delivered = event.position;
    }
    at = page.end;
    const considered = toPosition(at);
    if (considered !== delivered) yield { kind: 'checkpoint', position: considered };
    await setImmediate();
  }
}
