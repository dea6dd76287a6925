import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { GraphqlContext } from '../context.js';
import {
  adoption,
  devicePlugged,
  deviceUnplugged,
  guestReset,
  hopCompleted,
  hopFailed,
  hopPrepared,
  hopStarted,
  launch,
  stateRestored,
  stateSaved,
  stop,
  valueObserved,
} from '../inputs/vm-events.js';
import type * as G from '../schema.generated.js';
import { Recording } from './recording.js';

/** What hosts saw: one mutation for each kind of event. */
@Resolver()
export class AttestResolver {
  constructor(private readonly recording: Recording) {}

  @Mutation('recordLaunch')
  recordLaunch(
    @Args('input') input: G.RecordLaunchInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RecordResult> {
    return this.recording.attest('recordLaunch', input, context, () => launch(input));
  }

  @Mutation('recordAdoption')
  recordAdoption(
    @Args('input') input: G.RecordAdoptionInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RecordResult> {
    return this.recording.attest('recordAdoption', input, context, () => adoption(input));
  }

  @Mutation('recordHopPrepared')
  recordHopPrepared(
    @Args('input') input: G.RecordHopPreparedInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RecordResult> {
    return this.recording.attest('recordHopPrepared', input, context, () => hopPrepared(input));
  }

  @Mutation('recordHopStarted')
  recordHopStarted(
    @Args('input') input: G.RecordHopStartedInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RecordResult> {
    return this.recording.attest('recordHopStarted', input, context, () => hopStarted(input));
  }

  @Mutation('recordHopCompleted')
  recordHopCompleted(
    @Args('input') input: G.RecordHopCompletedInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RecordResult> {
    return this.recording.attest('recordHopCompleted', input, context, () => hopCompleted(input));
  }

  @Mutation('recordHopFailed')
  recordHopFailed(
    @Args('input') input: G.RecordHopFailedInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RecordResult> {
    return this.recording.attest('recordHopFailed', input, context, () => hopFailed(input));
  }

  @Mutation('recordGuestReset')
  recordGuestReset(
    @Args('input') input: G.RecordGuestResetInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RecordResult> {
    return this.recording.attest('recordGuestReset', input, context, () => guestReset(input));
  }

  @Mutation('recordDevicePlugged')
  recordDevicePlugged(
    @Args('input') input: G.RecordDevicePluggedInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RecordResult> {
    return this.recording.attest('recordDevicePlugged', input, context, () => devicePlugged(input));
  }

  @Mutation('recordDeviceUnplugged')
  recordDeviceUnplugged(
    @Args('input') input: G.RecordDeviceUnpluggedInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RecordResult> {
    return this.recording.attest('recordDeviceUnplugged', input, context, () => deviceUnplugged(input));
  }

  @Mutation('recordStateSaved')
  recordStateSaved(
    @Args('input') input: G.RecordStateSavedInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RecordResult> {
    return this.recording.attest('recordStateSaved', input, context, () => stateSaved(input));
  }

  @Mutation('recordStateRestored')
  recordStateRestored(
    @Args('input') input: G.RecordStateRestoredInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RecordResult> {
    return this.recording.attest('recordStateRestored', input, context, () => stateRestored(input));
  }

  @Mutation('recordStop')
  recordStop(
    @Args('input') input: G.RecordStopInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RecordResult> {
    return this.recording.attest('recordStop', input, context, () => stop(input));
  }

  @Mutation('observeValue')
  observeValue(
    @Args('input') input: G.ObserveValueInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RecordResult> {
    return this.recording.attest('observeValue', input, context, () => valueObserved(input));
  }
}
