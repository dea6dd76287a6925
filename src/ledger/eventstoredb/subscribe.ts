import { setTimeout } from 'node:timers/promises';
import { START, type Delivery, type Filter, type Position } from '../port.js';
import { catchUp } from './catch-up.js';
import type { Engine } from './engine.js';
import { passes } from './passes.js';
import { copyOf } from './tail.js';

const PAGE_EVENTS = 500;
/** A live checkpoint is in no hurry: this long it waits for more that does not pass, and says so once. */
const CHECKPOINT_PAUSE_MS = 25;

/**
 * Follows the log: from the server what lies far back, and what is near from the tail that one subscription of the
 * process keeps. So a thousand subscribers cost the server no more than one, and each signal is made here, from positions
 * of events that were handled, in one order with them.
 */
export async function* subscribe(
  engine: Engine,
  after: Position,
  { filter, signal }: { readonly filter?: Filter | undefined; readonly signal: AbortSignal },
): AsyncGenerator<Delivery, void> {
  const { follower, limits } = engine;
  const { growth } = follower;
  const ended = (): boolean => signal.aborted || growth.closed;
  let at = after;
  let live = false;
  while (!ended()) {
    const { tail } = follower;
    const far = !tail.covers(at);
    if (live && (far || follower.waitingAfter(at) > limits.fellBehindAfter)) {
      live = false;
      yield { kind: 'fellBehind' };
      continue;
    }
    let delivered = START;
    if (far) {
      const upTo = follower.seen;
      const stretch = { after: at, upTo, streamPrefix: filter?.streamPrefix ?? '', signal };
      let passedOver = 0;
      for await (const event of catchUp(engine, stretch)) {
        at = event.position;
        passedOver += 1;
        if (passes(event, filter)) {
          yield { kind: 'event', event };
          delivered = at;
          passedOver = 0;
        } else if (passedOver % PAGE_EVENTS === 0) yield { kind: 'checkpoint', position: at };
        if (ended()) return;
      }
      if (ended()) return;
      at = upTo;
    } else {
      if (!live) await follower.reached(follower.known, signal);
      // Meanwhile more may have come than the tail keeps.
      if (!tail.covers(at)) continue;
      const page = tail.after(at, PAGE_EVENTS);
      if (page.length === 0) {
        if (!live && follower.live) {
          live = true;
          yield { kind: 'caughtUp' };
        } else await growth.next(signal);
        continue;
      }
      for (const kept of page) {
        if (passes(kept, filter)) {
          yield { kind: 'event', event: copyOf(kept) };
          delivered = kept.position;
        }
        if (ended()) return;
        at = kept.position;
      }
      if (live && delivered !== at) {
        await setTimeout(CHECKPOINT_PAUSE_MS, undefined, { signal }).catch(() => undefined);
        for (const kept of tail.covers(at) ? tail.after(at, PAGE_EVENTS) : []) {
          if (passes(kept, filter)) break;
          at = kept.position;
        }
      }
    }
    if (delivered !== at && !ended()) yield { kind: 'checkpoint', position: at };
  }
}
