import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Recorded } from '../../domain/vm/envelope.js';
import type { Ledger, Position, StoredEvent } from '../../ledger/port.js';
import { LEDGER } from '../../ledger/token.js';
import { toRecorded } from '../../recording/codec.js';
import { uuidOfStream, VM_PREFIX } from '../../recording/streams.js';
import { VmReader, type VmAnswer } from '../../recording/vm-reader.js';
import { projectVm } from '../vm-row.js';
import type { VmFilter } from '../views.js';
import { ledgerFilter } from './event-feed.js';
import { follow } from './follow-events.js';
import { Followed } from './followed.js';
import { rowMatches } from './row-matches.js';

/** A VM of which an event was recorded, as it was known right after that event. */
export interface VmChanged {
  readonly event: Recorded;
  readonly answer: VmAnswer;
  /** False when the filter held before the event and no longer does. */
  readonly matches: boolean;
}

/** Each event of the VMs that the filter holds for, before or after it. `after` null: from now on. */
export class FollowVms extends Query<Followed<VmChanged>> {
  constructor(
    readonly uuid: string | null,
    readonly filter: VmFilter | null,
    readonly after: Position | null,
  ) {
    super();
  }
}

@QueryHandler(FollowVms)
export class FollowVmsHandler implements IQueryHandler<FollowVms> {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    private readonly reader: VmReader,
  ) {}

  async execute({ uuid, filter, after }: FollowVms): Promise<Followed<VmChanged>> {
    const from = after ?? (await this.ledger.head());
    const events = uuid === null ? { streamPrefix: VM_PREFIX } : ledgerFilter({ vm: uuid });
    return new Followed((signal) => this.changes(follow(this.ledger, from, events, signal), filter));
  }

  private async *changes(
    events: AsyncGenerator<StoredEvent, void, undefined>,
    filter: VmFilter | null,
  ): AsyncGenerator<VmChanged, void, undefined> {
    for await (const stored of events) {
      const uuid = uuidOfStream(stored.stream);
      const answer = uuid === null ? null : await this.reader.vm(uuid, { position: stored.position });
      if (answer === null) continue;
      const matches = this.matches(answer, filter);
      if (matches || this.matches(before(answer), filter))
        yield { event: toRecorded(stored), answer, matches };
    }
  }

  private matches({ vm, events, position }: VmAnswer, filter: VmFilter | null): boolean {
    if (filter === null) return true;
    if (events.length === 0) return false;
    return rowMatches(projectVm(vm.uuid, { events, position }, this.reader.knowledge(position)).row, filter);
  }
}

/** Without its last event. */
const before = (answer: VmAnswer): VmAnswer => ({ ...answer, events: answer.events.slice(0, -1) });
