import { Args, Query, Resolver } from '@nestjs/graphql';
import { QueryBus } from '@nestjs/cqrs';
import { diagnose } from '../../domain/diagnose/diagnose.js';
import { GetCatalogue } from '../../views/queries/get-catalogue.js';
import { toBuild } from '../inputs/configuration.js';
import { presentDiagnosis } from '../present/diagnosis.js';
import type * as G from '../schema.generated.js';

/** Reads error messages; knows of no VM. */
@Resolver()
export class DiagnoseResolver {
  constructor(private readonly queries: QueryBus) {}

  @Query('diagnose')
  async diagnose(@Args() { text, build }: G.QueryDiagnoseArgs): Promise<G.Diagnosis> {
    const catalogue = await this.queries.execute(new GetCatalogue());
    return presentDiagnosis(diagnose(text, catalogue, { build: toBuild(build) }));
  }
}
