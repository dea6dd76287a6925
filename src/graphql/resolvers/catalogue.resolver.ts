import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { QueryBus } from '@nestjs/cqrs';
import { behaviourOf } from '../../domain/catalogue/catalogue.js';
import { GetCatalogue } from '../../views/queries/get-catalogue.js';
import { GetCatalogueDigests, ListCatalogueRevisions } from '../../views/queries/catalogue-revisions.js';
import { ListVms } from '../../views/queries/list-vms.js';
import { FindAffectedStates } from '../../views/queries/plan/affected-states.js';
import { ListSavedInStates, ListVmsInStates } from '../../views/queries/plan/list-guests.js';
import type { GraphqlContext } from '../context.js';
import { presentBehaviour } from '../present/behaviour.js';
import type { Connection } from '../present/connection.js';
import { presentRevision, presentSavedInStates, presentVmsInStates } from '../present/plan.js';
import { presentVmPage, type VmSummaryNode } from '../present/summary.js';
import type * as G from '../schema.generated.js';

const MOST_REVISIONS = 100;

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
      digests: await this.queries.execute(new GetCatalogueDigests()),
    };
  }

  @ResolveField('revisions')
  async revisions(@Args() { last }: G.CatalogueRevisionsArgs): Promise<readonly G.CatalogueRevision[]> {
    const recorded = await this.queries.execute(new ListCatalogueRevisions());
    const count = Math.min(Math.max(last, 0), MOST_REVISIONS);
    return recorded.toReversed().slice(0, count).map(presentRevision);
  }

  @ResolveField('recorded')
  async recorded(@Args() { revision }: G.CatalogueRecordedArgs): Promise<G.CatalogueRevision | null> {
    const recorded = await this.queries.execute(new ListCatalogueRevisions());
    const found = recorded.findLast((one) => one.revision === revision);
    return found === undefined ? null : presentRevision(found);
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
    @Args() { unknown, first, after, atLeast }: G.BehaviourAffectedVmsArgs,
    @Context() context: GraphqlContext,
  ): Promise<Connection<VmSummaryNode>> {
    const least = context.atLeast(atLeast);
    if (!unknown) {
      const asked = new ListVms({ behaviour: id }, context.pageSize(first), after ?? null, least);
      return presentVmPage(await this.queries.execute(asked));
    }
    const states = await this.queries.execute(new FindAffectedStates(id, unknown, least));
    const asked = { states, on: null, first: context.pageSize(first), after: after ?? null };
    return presentVmsInStates(await this.queries.execute(new ListVmsInStates(asked)));
  }

  @ResolveField('affectedSavedStates')
  async affectedSavedStates(
    @Parent() { id }: G.Behaviour,
    @Args() { unknown, first, after, atLeast }: G.BehaviourAffectedSavedStatesArgs,
    @Context() context: GraphqlContext,
  ): Promise<Connection<G.SavedStateSummary>> {
    const states = await this.queries.execute(new FindAffectedStates(id, unknown, context.atLeast(atLeast)));
    const asked = { states, on: null, first: context.pageSize(first), after: after ?? null };
    return presentSavedInStates(await this.queries.execute(new ListSavedInStates(asked)));
  }
}
