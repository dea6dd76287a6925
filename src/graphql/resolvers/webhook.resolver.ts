import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { QueryBus } from '@nestjs/cqrs';
import { requireRole } from '../../runtime/principal.js';
import {
  deliveryCursor,
  GetWebhookEndpoint,
  GetWebhookMessage,
  ListWebhookAttempts,
  ListWebhookDeliveries,
  ListWebhookEndpoints,
} from '../../webhooks/webhook-queries.js';
import type { GraphqlContext } from '../context.js';
import { toDeliveryFilter } from '../inputs/webhook.js';
import { connection, type Connection } from '../present/connection.js';
import {
  presentAttempt,
  presentDelivery,
  presentEndpoint,
  presentMessage,
  type DeliveryNode,
} from '../present/webhook.js';
import type * as G from '../schema.generated.js';

/** Where webhooks go, and what became of them. */
@Resolver('WebhookDelivery')
export class WebhookResolver {
  constructor(private readonly queries: QueryBus) {}

  @Query('webhookEndpoints')
  async webhookEndpoints(
    @Args() { first, after }: G.QueryWebhookEndpointsArgs,
    @Context() context: GraphqlContext,
  ): Promise<Connection<G.WebhookEndpoint>> {
    requireRole(context.principal, 'operator');
    const asked = new ListWebhookEndpoints(context.pageSize(first), after ?? null);
    const { items, hasNext } = await this.queries.execute(asked);
    return connection(items.map(presentEndpoint), ({ id }) => id, { hasNext });
  }

  @Query('webhookEndpoint')
  async webhookEndpoint(
    @Args() { id }: G.QueryWebhookEndpointArgs,
    @Context() { principal }: GraphqlContext,
  ): Promise<G.WebhookEndpoint | null> {
    requireRole(principal, 'operator');
    const found = await this.queries.execute(new GetWebhookEndpoint(id));
    return found === null ? null : presentEndpoint(found);
  }

  @Query('webhookDeliveries')
  async webhookDeliveries(
    @Args() { filter, first, after }: G.QueryWebhookDeliveriesArgs,
    @Context() context: GraphqlContext,
  ): Promise<Connection<DeliveryNode>> {
    requireRole(context.principal, 'operator');
    const asked = new ListWebhookDeliveries(toDeliveryFilter(filter), context.pageSize(first), after ?? null);
    const { rows, hasNext } = await this.queries.execute(asked);
    return connection(rows.map(presentDelivery), deliveryCursor, { hasNext });
  }

  @ResolveField('log')
  async log(@Parent() { endpoint, seq }: DeliveryNode): Promise<readonly G.WebhookAttempt[]> {
    return (await this.queries.execute(new ListWebhookAttempts(endpoint, seq))).map(presentAttempt);
  }

  @Query('webhookMessage')
  async webhookMessage(
    @Args() { id }: G.QueryWebhookMessageArgs,
    @Context() { principal }: GraphqlContext,
  ): Promise<G.WebhookMessage | null> {
    requireRole(principal, 'operator');
    const found = await this.queries.execute(new GetWebhookMessage(id));
    return found === null ? null : presentMessage(found);
  }
}
