import { Args, Resolver, Subscription } from '@nestjs/graphql';
import { QueryBus } from '@nestjs/cqrs';
import type { Position } from '../../ledger/port.js';
import { FollowEvents } from '../../views/queries/follow-events.js';
import { FollowVms, type VmChanged } from '../../views/queries/follow-vms.js';
import type { Followed } from '../../views/queries/followed.js';
import { GetCatalogue } from '../../views/queries/get-catalogue.js';
import type { StoredEvent } from '../../ledger/port.js';
import { toFeedFilter, toVmFilter } from '../inputs/filters.js';
import { presentEvent, presentStored } from '../present/event.js';
import { presentVm, type VmNode } from '../present/vm.js';
import type * as G from '../schema.generated.js';

/** What can be followed. Each source is pulled by the socket that it is written to; `live/` holds the sockets. */
@Resolver()
export class SubscriptionResolver {
  constructor(private readonly queries: QueryBus) {}

  @Subscription('events', { resolve: (event: StoredEvent): G.RecordedEvent => presentStored(event) })
  events(@Args() { after, filter }: G.SubscriptionEventsArgs): Promise<Followed<StoredEvent>> {
    return this.queries.execute(new FollowEvents(position(after), toFeedFilter(filter)));
  }

  @Subscription('vmChanged', {
    resolve(this: SubscriptionResolver, change: VmChanged) {
      return this.presentChange(change);
    },
  })
  vmChanged(@Args() { uuid, filter, after }: G.SubscriptionVmChangedArgs): Promise<Followed<VmChanged>> {
    const asked = filter == null ? null : toVmFilter(filter);
    return this.queries.execute(new FollowVms(uuid ?? null, asked, position(after)));
  }

  private async presentChange({
    event,
    answer,
    matches,
  }: VmChanged): Promise<Omit<G.VmChange, 'vm'> & { vm: VmNode }> {
    const { uuid } = answer.vm;
    const vm = presentVm(answer, await this.queries.execute(new GetCatalogue()));
    return { uuid, position: answer.position, event: presentEvent(uuid, event), matches, vm };
  }
}

/** The scalar has checked the form; whether it is one of this ledger, the ledger says. */
const position = (after: string | null | undefined): Position | null =>
  after == null ? null : (after as Position);
