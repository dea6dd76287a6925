import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { requireRole } from '../../runtime/principal.js';
import {
  ChangeEndpoint,
  PauseEndpoint,
  RegisterEndpoint,
  RemoveEndpoint,
  ReplayDeliveries,
  ResumeEndpoint,
  RotateEndpointSecret,
  TestEndpoint,
  type EndpointWithSecret,
} from '../../webhooks/commands/endpoint-commands.js';
import type { EndpointAnswer } from '../../webhooks/commands/endpoint-desk.js';
import { GetWebhookEndpoint } from '../../webhooks/webhook-queries.js';
import type { GraphqlContext } from '../context.js';
import { toKeyedReport } from '../inputs/keyed-report.js';
import { toChanges, toSelection, toSettings } from '../inputs/webhook.js';
import { orProblem } from '../present/problem.js';
import { presentEndpoint } from '../present/webhook.js';
import type * as G from '../schema.generated.js';

const PROBLEMS = ['IdempotencyConflict', 'UnknownWebhookEndpoint', 'BadInput'] as const;

/** What operators say of webhook endpoints. Where data goes to is an administrator's to say. */
@Resolver()
export class WebhookChangeResolver {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Mutation('registerWebhookEndpoint')
  async register(
    @Args('input') input: G.RegisterWebhookEndpointInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RegisterWebhookEndpointResult> {
    requireRole(context.principal, 'admin');
    const command = new RegisterEndpoint(
      toSettings(input),
      toKeyedReport('registerWebhookEndpoint', input, context),
    );
    return orProblem(['IdempotencyConflict', 'TooManyWebhookEndpoints', 'BadInput'], {}, async () =>
      this.shown(await this.commands.execute(command)),
    );
  }

  @Mutation('changeWebhookEndpoint')
  async change(
    @Args('input') input: G.ChangeWebhookEndpointInput,
    @Context() context: GraphqlContext,
  ): Promise<G.WebhookEndpointResult> {
    requireRole(context.principal, 'admin');
    const report = toKeyedReport('changeWebhookEndpoint', input, context);
    return this.recorded(input, new ChangeEndpoint(input.endpoint, toChanges(input), report));
  }

  @Mutation('pauseWebhookEndpoint')
  async pause(
    @Args('input') input: G.WebhookEndpointInput,
    @Context() context: GraphqlContext,
  ): Promise<G.WebhookEndpointResult> {
    requireRole(context.principal, 'operator');
    const report = toKeyedReport('pauseWebhookEndpoint', input, context);
    return this.recorded(input, new PauseEndpoint(input.endpoint, report));
  }

  @Mutation('resumeWebhookEndpoint')
  async resume(
    @Args('input') input: G.WebhookEndpointInput,
    @Context() context: GraphqlContext,
  ): Promise<G.WebhookEndpointResult> {
    requireRole(context.principal, 'operator');
    const report = toKeyedReport('resumeWebhookEndpoint', input, context);
    return this.recorded(input, new ResumeEndpoint(input.endpoint, report));
  }

  @Mutation('removeWebhookEndpoint')
  async remove(
    @Args('input') input: G.WebhookEndpointInput,
    @Context() context: GraphqlContext,
  ): Promise<G.WebhookEndpointResult> {
    requireRole(context.principal, 'admin');
    const report = toKeyedReport('removeWebhookEndpoint', input, context);
    return this.recorded(input, new RemoveEndpoint(input.endpoint, report));
  }

  @Mutation('rotateWebhookSecret')
  async rotate(
    @Args('input') input: G.RotateWebhookSecretInput,
    @Context() context: GraphqlContext,
  ): Promise<G.RotateWebhookSecretResult> {
    requireRole(context.principal, 'admin');
    const { endpoint, previousValidHours } = input;
    const report = toKeyedReport('rotateWebhookSecret', input, context);
    const command = new RotateEndpointSecret(endpoint, previousValidHours, report);
    return orProblem(PROBLEMS, { endpoint }, async () => this.shown(await this.commands.execute(command)));
  }

  @Mutation('testWebhookEndpoint')
  async test(
    @Args('input') input: G.WebhookEndpointInput,
    @Context() context: GraphqlContext,
  ): Promise<G.TestWebhookEndpointResult> {
    requireRole(context.principal, 'operator');
    const { endpoint } = input;
    const command = new TestEndpoint(endpoint, toKeyedReport('testWebhookEndpoint', input, context));
    return orProblem([...PROBLEMS, 'WebhookEndpointPaused'], { endpoint }, async () => {
      const { message, position, repeated } = await this.commands.execute(command);
      return { __typename: 'WebhookTestRequested', messageId: message, position, repeated };
    });
  }

  @Mutation('replayWebhookDeliveries')
  async replay(
    @Args('input') input: G.ReplayWebhookDeliveriesInput,
    @Context() context: GraphqlContext,
  ): Promise<G.ReplayWebhookDeliveriesResult> {
    requireRole(context.principal, 'operator');
    const { endpoint, deadOnly } = input;
    const report = toKeyedReport('replayWebhookDeliveries', input, context);
    const command = new ReplayDeliveries(endpoint, toSelection(input), deadOnly, report);
    return orProblem(PROBLEMS, { endpoint }, async () => {
      const { count, nextFrom, position, repeated } = await this.commands.execute(command);
      return { __typename: 'WebhookReplayRequested', count, nextFrom, position, repeated };
    });
  }

  private recorded(
    { endpoint }: { readonly endpoint: string },
    command: ChangeEndpoint | PauseEndpoint | ResumeEndpoint | RemoveEndpoint,
  ): Promise<G.WebhookEndpointResult> {
    return orProblem(PROBLEMS, { endpoint }, async () => {
      const answer = await this.commands.execute(command);
      const { position, repeated } = answer;
      return {
        __typename: 'WebhookEndpointRecorded',
        endpoint: await this.present(answer),
        position,
        repeated,
      };
    });
  }

  private async shown(answer: EndpointWithSecret): Promise<G.WebhookSecretShown> {
    const { secret, position, repeated } = answer;
    return {
      __typename: 'WebhookSecretShown',
      endpoint: await this.present(answer),
      secret,
      position,
      repeated,
    };
  }

  /** As the store has it, which has read what was recorded. */
  private async present({ endpoint }: EndpointAnswer): Promise<G.WebhookEndpoint | null> {
    const status = endpoint === null ? null : await this.queries.execute(new GetWebhookEndpoint(endpoint.id));
    return status === null ? null : presentEndpoint(status);
  }
}
