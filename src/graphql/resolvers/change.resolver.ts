import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { GraphqlContext } from '../context.js';
import { eventCorrected, eventRetracted, labelsSet, originAsserted } from '../inputs/vm-events.js';
import type * as G from '../schema.generated.js';
import { Recording } from './recording.js';

/** What operators say about the record. */
@Resolver()
export class ChangeResolver {
  constructor(private readonly recording: Recording) {}

  @Mutation('assertOrigin')
  assertOrigin(
    @Args('input') input: G.AssertOriginInput,
    @Context() context: GraphqlContext,
  ): Promise<G.ChangeResult> {
    return this.recording.change('assertOrigin', input, context, () => originAsserted(input));
  }

  @Mutation('setLabels')
  setLabels(
    @Args('input') input: G.SetLabelsInput,
    @Context() context: GraphqlContext,
  ): Promise<G.ChangeResult> {
    return this.recording.change('setLabels', input, context, () => labelsSet(input));
  }

  @Mutation('correctEvent')
  correctEvent(
    @Args('input') input: G.CorrectEventInput,
    @Context() context: GraphqlContext,
  ): Promise<G.ChangeResult> {
    return this.recording.change('correctEvent', input, context, () => eventCorrected(input));
  }

  @Mutation('retractEvent')
  retractEvent(
    @Args('input') input: G.RetractEventInput,
    @Context() context: GraphqlContext,
  ): Promise<G.ChangeResult> {
    return this.recording.change('retractEvent', input, context, () => eventRetracted(input));
  }
}
