import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { HopledgerError } from '../../errors.js';
import type { Filter, Ledger, Position, StoredEvent } from '../../ledger/port.js';
import { LEDGER } from '../../ledger/token.js';
import { ledgerFilter, type FeedFilter } from './event-feed.js';
import { Followed } from './followed.js';

/** A subscriber that fell behind is ended when it kept us waiting longer than this since it was last level. */
const SLOW_MS = 1_000;
/** Longer than the ledger takes to hand out what there is. */
const IDLE_MS = 20;

/**
 * The feed as it grows. `after` null: from now on, that is from the head at the time of the question.
 * Ends with SUBSCRIBER_TOO_SLOW, which carries the position to resume from, when the consumer cannot keep up.
 */
export class FollowEvents extends Query<Followed<StoredEvent>> {
  constructor(
    readonly after: Position | null,
    readonly filter: FeedFilter,
  ) {
    super();
  }
}

@QueryHandler(FollowEvents)
export class FollowEventsHandler implements IQueryHandler<FollowEvents> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ after, filter }: FollowEvents): Promise<Followed<StoredEvent>> {
    const from = after ?? (await this.ledger.head());
    return new Followed((signal) => follow(this.ledger, from, ledgerFilter(filter), signal));
  }
}

/**
 * Events after a position, in order, each once: history and what comes is one subscription of the ledger.
 * @throws HopledgerError SUBSCRIBER_TOO_SLOW
 * @throws LedgerError BAD_CURSOR when `after` is no position of this ledger
 */
export async function* follow(
  ledger: Ledger,
  after: Position,
  filter: Filter,
  signal: AbortSignal,
): AsyncGenerator<StoredEvent, void, undefined> {
  let at = after;
  let heldMs = 0;
  let waitsSince = performance.now();
  for await (const delivery of ledger.subscribe(after, { filter, signal })) {
    // There was nothing to read: whatever it held up before, it has made good.
    if (performance.now() - waitsSince > IDLE_MS) heldMs = 0;
    switch (delivery.kind) {
      case 'event': {
        const given = performance.now();
        yield delivery.event;
        heldMs += performance.now() - given;
        at = delivery.event.position;
        break;
      }
      case 'checkpoint':
        at = delivery.position;
        break;
      case 'caughtUp':
        heldMs = 0;
        break;
      case 'fellBehind':
        // A burst of appends leaves anyone behind for a moment; it is the consumer's doing only when it held us up.
        if (heldMs > SLOW_MS) throw tooSlow(at);
    }
    waitsSince = performance.now();
  }
}

const tooSlow = (resumeAfter: Position): HopledgerError =>
  new HopledgerError(
    'SUBSCRIBER_TOO_SLOW',
    'the subscriber fell too far behind; subscribe again after the position given',
    {
      resumeAfter,
    },
  );
