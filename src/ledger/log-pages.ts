import { setImmediate } from 'node:timers/promises';
import type { Filter, Position, StoredEvent } from './port.js';
import { toSequence } from './position.js';

/** A stretch of the log: the events in it that pass the filter, and how far it was considered. */
export interface LogPage {
  readonly events: readonly StoredEvent[];
  /** Sequence number of the last event considered, passed or not. */
  readonly end: number;
}

/** What reading and subscribing need of an engine whose events are numbered 1, 2, 3 … */
export interface LogPages {
  /** Number of the last event; 0 when there is none. */
  head(): number;
  /** The page after event `after`, up to `upTo` at most. Bounded in events and in time. */
  page(after: number, upTo: number, filter: Filter | undefined): LogPage;
}

/** Reads the log page by page, and lets others run between the pages. */
export async function* readPages(
  log: LogPages,
  after: Position,
  filter: Filter | undefined,
  maxCount: number,
): AsyncGenerator<StoredEvent, void, undefined> {
  const head = log.head();
  let at = toSequence(after, head);
  let left = maxCount;
  while (at < head && left > 0) {
    const page = log.page(at, head, filter);
    for (const event of page.events) {
      yield event;
      left -= 1;
      if (left <= 0) return;
    }
    at = page.end;
    if (at < head) await setImmediate();
  }
}
