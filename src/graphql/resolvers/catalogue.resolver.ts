import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { QueryBus } from '@nestjs/cqrs';
import { behaviourOf } from '../../domain/catalogue/catalogue.js';
import { GetCatalogue } from '../../views/queries/get-catalogue.js';
import { ListVms } from '../../views/queries/list-vms.js';
import type { GraphqlContext } from '../context.js';
import { presentBehaviour } from '../present/behaviour.js';
import type { Connection } from '../present/connection.js';
import { presentVmPage, type VmSummaryNode } from '../present/summary.js';
import type * as G from '../schema.generated.js';

/** What is known of QEMU. */
@Resolver('Catalogue')
export class CatalogueResolver {
  constructor(private readonly queries: QueryBus) {}

  @Query('catalogue')
  async catalogue(): Promise<G.Catalogue> {
    const { revision, behaviours, machineTypes, pins } = await this.queries.execute(new GetCatalogue());
    return {
      revision,
      behaviourCount: behaviours.length,
      machineTypeCount: machineTypes.size,
      pinCount: pins.length,
    };
  }

  @ResolveField('machineType')
  async machineType(@Args() { name }: G.CatalogueMachineTypeArgs): Promise<G.MachineType | null> {
    const { machineTypes } = await this.queries.execute(new GetCatalogue());
    return machineTypes.get(name) ?? null;
  }

  @Query('behaviours')
  async behaviours(): Promise<readonly G.Behaviour[]> {
    const { behaviours } = await this.queries.execute(new GetCatalogue());
    return behaviours.map(presentBehaviour);
  }

  @Query('behaviour')
  async behaviour(@Args() { id }: G.QueryBehaviourArgs): Promise<G.Behaviour | null> {
    const found = behaviourOf(await this.queries.execute(new GetCatalogue()), id);
    return found === undefined ? null : presentBehaviour(found);
  }
}

@Resolver('Behaviour')
export class BehaviourFieldsResolver {
  constructor(private readonly queries: QueryBus) {}

  @ResolveField('affectedVms')
  async affectedVms(
    @Parent() { id }: G.Behaviour,
    @Args() { first, after, atLeast }: G.BehaviourAffectedVmsArgs,
    @Context() context: GraphqlContext,
  ): Promise<Connection<VmSummaryNode>> {
    const asked = new ListVms(
      { behaviour: id },
      context.pageSize(first),
      after ?? null,
      context.atLeast(atLeast),
    );
    return presentVmPage(await this.queries.execute(asked));
  }
}
