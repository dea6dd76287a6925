import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { QueryBus } from '@nestjs/cqrs';
import { GetCatalogue } from '../../views/queries/get-catalogue.js';
import { ListVms } from '../../views/queries/list-vms.js';
import type { GraphqlContext } from '../context.js';
import { toAsOf, toVmFilter } from '../inputs/filters.js';
import type { Connection } from '../present/connection.js';
import { presentVmPage, type VmSummaryNode } from '../present/summary.js';
import { presentVm, type VmNode } from '../present/vm.js';
import type * as G from '../schema.generated.js';

/** VMs by UUID and by filter. */
@Resolver('VmSummary')
export class VmResolver {
  constructor(private readonly queries: QueryBus) {}

  @Query('vm')
  async vm(
    @Args() { uuid, asOf }: G.QueryVmArgs,
    @Context() context: GraphqlContext,
  ): Promise<VmNode | null> {
    return this.derived(uuid, asOf, context);
  }

  @Query('vms')
  async vms(
    @Args() { filter, first, after, atLeast }: G.QueryVmsArgs,
    @Context() context: GraphqlContext,
  ): Promise<Connection<VmSummaryNode>> {
    const asked = new ListVms(
      toVmFilter(filter),
      context.pageSize(first),
      after ?? null,
      context.atLeast(atLeast),
    );
    return presentVmPage(await this.queries.execute(asked));
  }

  @ResolveField('vm')
  async whole(@Parent() { uuid }: VmSummaryNode, @Context() context: GraphqlContext): Promise<VmNode | null> {
    return this.derived(uuid, null, context);
  }

  private async derived(
    uuid: string,
    asOf: G.AsOf | null | undefined,
    context: GraphqlContext,
  ): Promise<VmNode | null> {
    const answer = await context.vms.load({ uuid, asOf: toAsOf(asOf) });
    return answer === null ? null : presentVm(answer, await this.queries.execute(new GetCatalogue()));
  }
}
