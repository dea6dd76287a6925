import { Args, Query, Resolver } from '@nestjs/graphql';
import { QueryBus } from '@nestjs/cqrs';
import { AssessHop } from '../../views/queries/assess-hop.js';
import { AssessLaunch } from '../../views/queries/assess-launch.js';
import { GetHopMatrix } from '../../views/queries/hop-matrix.js';
import { GetCatalogue } from '../../views/queries/get-catalogue.js';
import {
  toCheckedBuilds,
  toCheckedConfiguration,
  toDestination,
  toSubject,
} from '../inputs/configuration.js';
import { presentAssessment, presentLaunchAdvice, presentMatrix } from '../present/assessment.js';
import { orProblem } from '../present/problem.js';
import type * as G from '../schema.generated.js';

/** Answers before a hop and before a launch. */
@Resolver()
export class AssessResolver {
  constructor(private readonly queries: QueryBus) {}

  @Query('assess')
  async assess(@Args() { subject, destination, configuration }: G.QueryAssessArgs): Promise<G.AssessResult> {
    const launched = configuration == null ? null : toCheckedConfiguration(configuration);
    const question = new AssessHop(toSubject(subject), toDestination(destination), launched);
    return orProblem(['UnknownVm', 'UnknownHost'], {}, async () =>
      presentAssessment(await this.queries.execute(question), await this.queries.execute(new GetCatalogue())),
    );
  }

  @Query('matrix')
  async matrix(@Args() { configuration, builds, births }: G.QueryMatrixArgs): Promise<G.HopMatrix> {
    const checked = toCheckedConfiguration(configuration);
    const question = new GetHopMatrix(
      checked,
      toCheckedBuilds(builds, 'builds'),
      toCheckedBuilds(births ?? [], 'births'),
    );
    const catalogue = await this.queries.execute(new GetCatalogue());
    return presentMatrix(checked.machineType, await this.queries.execute(question), catalogue);
  }

  @Query('assessLaunch')
  async assessLaunch(
    @Args() { destination, configuration }: G.QueryAssessLaunchArgs,
  ): Promise<G.AssessLaunchResult> {
    const question = new AssessLaunch(toDestination(destination), toCheckedConfiguration(configuration));
    return orProblem(['UnknownHost'], {}, async () =>
      presentLaunchAdvice(
        await this.queries.execute(question),
        await this.queries.execute(new GetCatalogue()),
      ),
    );
  }
}
