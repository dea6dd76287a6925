import { Args, Context, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { START, type Position } from '../../ledger/port.js';
import { GetFleet, GetLedgerStatus } from '../../views/queries/get-fleet.js';
import { ReadEvents } from '../../views/queries/read-events.js';
import type { RebuildStatus } from '../../views/rebuild-status.js';
import { RebuildViews } from '../../views/rebuild-views.js';
import type { FleetCounts } from '../../views/views.js';
import { requireRole } from '../../runtime/principal.js';
import type { GraphqlContext } from '../context.js';
import { toFeedFilter } from '../inputs/filters.js';
import { connection, type Connection } from '../present/connection.js';
import { constantCase } from '../present/constant-case.js';
import { presentStored } from '../present/event.js';
import { presentCounts, presentFleet } from '../present/summary.js';
import type * as G from '../schema.generated.js';

/** The log as it is, and how far the views have read it. */
@Resolver()
export class LedgerResolver {
  constructor(
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
  ) {}

  @Query('events')
  async events(
    @Args() { after, filter, first }: G.QueryEventsArgs,
    @Context() context: GraphqlContext,
  ): Promise<Connection<G.RecordedEvent>> {
    // The scalar has checked the form; whether it is one of this ledger, the ledger says.
    const asked = new ReadEvents((after ?? START) as Position, toFeedFilter(filter), context.pageSize(first));
    const { events, end, hasNext } = await this.queries.execute(asked);
    const endCursor = end === START ? null : end;
    return connection(events.map(presentStored), ({ position }) => position, { hasNext, endCursor });
  }

  @Query('ledger')
  async ledger(): Promise<G.Ledger> {
    const { rebuild, ...status } = await this.queries.execute(new GetLedgerStatus());
    return { ...status, viewsRebuild: rebuild === null ? null : presentRebuild(rebuild) };
  }

  @Mutation('rebuildViews')
  async rebuildViews(@Context() { principal }: GraphqlContext): Promise<G.ViewsRebuild> {
    requireRole(principal, 'admin');
    return presentRebuild(await this.commands.execute(new RebuildViews()));
  }
}

const presentRebuild = ({ state, ...rest }: RebuildStatus): G.ViewsRebuild => ({
  ...rest,
  state: constantCase(state),
});

/** The counts that fields with arguments are answered from; no part of the schema. */
type FleetNode = ReturnType<typeof presentFleet> & { readonly counts: FleetCounts };

@Resolver('Fleet')
export class FleetResolver {
  constructor(private readonly queries: QueryBus) {}

  @Query('fleet')
  async fleet(@Args() { atLeast }: G.QueryFleetArgs, @Context() context: GraphqlContext): Promise<FleetNode> {
    const { counts, position } = await this.queries.execute(new GetFleet(context.atLeast(atLeast)));
    return { ...presentFleet(counts, position), counts };
  }

  @ResolveField('byBehaviour')
  byBehaviour(
    @Parent() { counts }: FleetNode,
    @Args() { first }: G.FleetByBehaviourArgs,
    @Context() context: GraphqlContext,
  ): readonly G.Count[] {
    return presentCounts(counts.byBehaviour, context.pageSize(first));
  }

  @ResolveField('byHost')
  byHost(
    @Parent() { counts }: FleetNode,
    @Args() { first }: G.FleetByHostArgs,
    @Context() context: GraphqlContext,
  ): readonly G.Count[] {
    return presentCounts(counts.byHost, context.pageSize(first));
  }

  @ResolveField('byBuild')
  byBuild(
    @Parent() { counts }: FleetNode,
    @Args() { first }: G.FleetByBuildArgs,
    @Context() context: GraphqlContext,
  ): readonly G.Count[] {
    return presentCounts(counts.byBuild, context.pageSize(first));
  }

  @ResolveField('byMachineType')
  byMachineType(
    @Parent() { counts }: FleetNode,
    @Args() { first }: G.FleetByMachineTypeArgs,
    @Context() context: GraphqlContext,
  ): readonly G.Count[] {
    return presentCounts(counts.byMachineType, context.pageSize(first));
  }
}
