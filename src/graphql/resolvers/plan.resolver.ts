import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { QueryBus } from '@nestjs/cqrs';
import type { Connection } from '../present/connection.js';
import { connection } from '../present/connection.js';
import { GetCatalogue } from '../../views/queries/get-catalogue.js';
import { DrainHost, ListDrainedVms } from '../../views/queries/plan/drain-host.js';
import { FindRoute } from '../../views/queries/plan/find-route.js';
import { ListDestinations } from '../../views/queries/plan/list-destinations.js';
import { ListSavedInStates, ListVmsInStates } from '../../views/queries/plan/list-guests.js';
import { Preflight } from '../../views/queries/plan/preflight.js';
import type { GraphqlContext } from '../context.js';
import { toHostNames, toPreflightTarget } from '../inputs/plan.js';
import { presentAssessment } from '../present/assessment.js';
import {
  presentDrain,
  presentDrainedVm,
  presentGroups,
  presentPreflight,
  presentRoute,
  presentSavedInStates,
  presentVmsInStates,
  type DrainNode,
  type GuestGroupNode,
  type WithSummary,
} from '../present/plan.js';
import { orProblem, type Problem } from '../present/problem.js';
import type { VmSummaryNode } from '../present/summary.js';
import type * as G from '../schema.generated.js';

/** Before an upgrade, a maintenance, a move over several hosts. */
@Resolver()
export class PlanResolver {
  constructor(private readonly queries: QueryBus) {}

  @Query('preflight')
  async preflight(
    @Args() { target, on, atLeast }: G.QueryPreflightArgs,
    @Context() context: GraphqlContext,
  ): Promise<WithSummary<G.Preflight> | Problem> {
    return orProblem(['UnknownHost', 'BadInput'], {}, async () => {
      const hosts = on == null ? null : toHostNames('on', on);
      const asked = new Preflight(toPreflightTarget(target), hosts, context.atLeast(atLeast));
      return presentPreflight(await this.queries.execute(asked));
    });
  }

  @Query('destinations')
  async destinations(
    @Args() { vm, first, after }: G.QueryDestinationsArgs,
    @Context() context: GraphqlContext,
  ): Promise<Connection<G.Assessment> | Problem> {
    return orProblem(['UnknownVm', 'BadInput'], { uuid: vm }, async () => {
      const asked = new ListDestinations(vm, context.pageSize(first), after ?? null);
      const { items, hasNext } = await this.queries.execute(asked);
      const catalogue = await this.queries.execute(new GetCatalogue());
      const nodes = items.map((advised) => presentAssessment(advised, catalogue));
      const page = connection(nodes, ({ destination }) => destination.host ?? '', { hasNext });
      return { __typename: 'AssessmentConnection', ...page };
    });
  }

  @Query('drain')
  async drain(
    @Args() { host, to, atLeast }: G.QueryDrainArgs,
    @Context() context: GraphqlContext,
  ): Promise<DrainNode | Problem> {
    return orProblem(['UnknownHost', 'BadInput'], {}, async () => {
      const hosts = toHostNames('to', to ?? []);
      const asked = new DrainHost(host, hosts, context.atLeast(atLeast));
      return presentDrain(host, hosts, await this.queries.execute(asked));
    });
  }

  @Query('route')
  async route(@Args() { vm, host, maxHops }: G.QueryRouteArgs): Promise<G.RouteResult> {
    return orProblem(['UnknownVm', 'UnknownHost', 'BadInput'], { uuid: vm, host }, async () => {
      const found = await this.queries.execute(new FindRoute(vm, host, maxHops));
      const { revision } = await this.queries.execute(new GetCatalogue());
      return presentRoute(found, revision);
    });
  }
}

@Resolver('Preflight')
export class PreflightFieldsResolver {
  @ResolveField('groups')
  groups(
    @Parent() answer: WithSummary<G.Preflight>,
    @Args() { verdicts, id }: G.PreflightGroupsArgs,
  ): readonly GuestGroupNode[] {
    return presentGroups(answer, { verdicts: verdicts ?? null, id: id ?? null });
  }
}

@Resolver('Drain')
export class DrainFieldsResolver {
  constructor(private readonly queries: QueryBus) {}

  @ResolveField('groups')
  groups(
    @Parent() answer: DrainNode,
    @Args() { verdicts, id }: G.DrainGroupsArgs,
  ): readonly GuestGroupNode[] {
    return presentGroups(answer, { verdicts: verdicts ?? null, id: id ?? null });
  }

  @ResolveField('vms')
  async vms(
    @Parent() { host, to }: DrainNode,
    @Args() { first, after }: G.DrainVmsArgs,
    @Context() context: GraphqlContext,
  ): Promise<Connection<ReturnType<typeof presentDrainedVm>>> {
    const asked = new ListDrainedVms(host, to, context.pageSize(first), after ?? null);
    const { items, hasNext } = await this.queries.execute(asked);
    return connection(items.map(presentDrainedVm), ({ vm }) => vm.uuid, { hasNext });
  }
}

@Resolver('GuestGroup')
export class GuestGroupFieldsResolver {
  constructor(private readonly queries: QueryBus) {}

  @ResolveField('vms')
  async vms(
    @Parent() { states, on }: GuestGroupNode,
    @Args() { first, after }: G.GuestGroupVmsArgs,
    @Context() context: GraphqlContext,
  ): Promise<Connection<VmSummaryNode>> {
    const asked = { states, on, first: context.pageSize(first), after: after ?? null };
    return presentVmsInStates(await this.queries.execute(new ListVmsInStates(asked)));
  }

  @ResolveField('savedStates')
  async savedStates(
    @Parent() { states, on }: GuestGroupNode,
    @Args() { first, after }: G.GuestGroupSavedStatesArgs,
    @Context() context: GraphqlContext,
  ): Promise<Connection<G.SavedStateSummary>> {
    const asked = { states, on, first: context.pageSize(first), after: after ?? null };
    return presentSavedInStates(await this.queries.execute(new ListSavedInStates(asked)));
  }
}
