import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Ledger, Position, StoredEvent } from '../../ledger/port.js';
import { LEDGER } from '../../ledger/token.js';
import { ledgerFilter, type FeedFilter } from './event-feed.js';

/** A page of the feed. `end` is how far was read: after it, nothing was looked at yet. */
export interface EventPage {
  readonly events: readonly StoredEvent[];
  readonly end: Position;
  readonly hasNext: boolean;
}

/** Events of the feed in the ledger's order. */
export class ReadEvents extends Query<EventPage> {
  constructor(
    readonly after: Position,
    readonly filter: FeedFilter,
    readonly first: number,
  ) {
    super();
  }
}

/** A filter that nothing passes must not read the whole ledger for one page: so many pages of it at most. */
const MAX_SCANNED_PAGES = 20;

@QueryHandler(ReadEvents)
export class ReadEventsHandler implements IQueryHandler<ReadEvents> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  /**
   * Read through a subscription that is left when it has caught up: it says how far it looked, also where nothing passed.
   * @throws LedgerError BAD_CURSOR when `after` is no position of this ledger
   */
  async execute({ after, filter, first }: ReadEvents): Promise<EventPage> {
    const events: StoredEvent[] = [];
    let end = after;
    let scanned = 0;
    const ending = new AbortController();
    const deliveries = this.ledger.subscribe(after, { filter: ledgerFilter(filter), signal: ending.signal });
    for await (const delivery of deliveries) {
      if (delivery.kind === 'caughtUp') return { events, end, hasNext: false };
      if (delivery.kind === 'event') {
        if (events.length === first) return { events, end, hasNext: true };
        events.push(delivery.event);
        end = delivery.event.position;
      } else if (delivery.kind === 'checkpoint') {
        end = delivery.position;
        scanned += 1;
        if (scanned >= MAX_SCANNED_PAGES) return { events, end, hasNext: true };
      }
    }
    return { events, end, hasNext: true };
  }
}
