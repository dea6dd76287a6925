import { Module } from '@nestjs/common';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import type { Config } from '../runtime/config.js';
import type { Logger } from '../runtime/logging.js';
import { CONFIG, LOGGER } from '../runtime/provided.js';
import { apolloOptions } from './apollo/options.js';
import { OrderedApolloDriver } from './apollo/ordered-driver.js';
import { ContextFactory } from './context-factory.js';
import { GraphiqlController } from './graphiql.controller.js';
import { LiveServer } from './live/live-server.js';
import { AssessResolver } from './resolvers/assess.resolver.js';
import { AttestResolver } from './resolvers/attest.resolver.js';
import { BehaviourFieldsResolver, CatalogueResolver } from './resolvers/catalogue.resolver.js';
import { ChangeResolver } from './resolvers/change.resolver.js';
import { DiagnoseResolver } from './resolvers/diagnose.resolver.js';
import { HostResolver } from './resolvers/host.resolver.js';
import { FleetResolver, LedgerResolver } from './resolvers/ledger.resolver.js';
import {
  DrainFieldsResolver,
  GuestGroupFieldsResolver,
  PlanResolver,
  PreflightFieldsResolver,
} from './resolvers/plan.resolver.js';
import { Recording } from './resolvers/recording.js';
import { SubscriptionResolver } from './resolvers/subscription.resolver.js';
import {
  SavedStateFieldsResolver,
  VmFieldsResolver,
  VmProcessFieldsResolver,
} from './resolvers/vm-fields.resolver.js';
import { VmResolver } from './resolvers/vm.resolver.js';
import { WebhookChangeResolver } from './resolvers/webhook-change.resolver.js';
import { WebhookResolver } from './resolvers/webhook.resolver.js';

@Module({ providers: [ContextFactory], exports: [ContextFactory] })
class GraphqlContextModule {}

/**
 * `/graphql` over HTTP and graphql-ws, and `/graphiql`. Needs, from global modules: what `RuntimeModule` provides, the
 * buses of `CqrsModule.forRoot()`, and the handlers of `recording/commands` and `views/queries`.
 */
@Module({
  imports: [
    GraphqlContextModule,
    GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: OrderedApolloDriver,
      imports: [GraphqlContextModule],
      inject: [CONFIG, LOGGER, ContextFactory],
      useFactory: (config: Config, logger: Logger, contexts: ContextFactory) =>
        apolloOptions(config, logger, contexts),
    }),
  ],
  controllers: [GraphiqlController],
  providers: [
    VmResolver,
    VmFieldsResolver,
    VmProcessFieldsResolver,
    SavedStateFieldsResolver,
    HostResolver,
    CatalogueResolver,
    BehaviourFieldsResolver,
    AssessResolver,
    DiagnoseResolver,
    PlanResolver,
    PreflightFieldsResolver,
    DrainFieldsResolver,
    GuestGroupFieldsResolver,
    LedgerResolver,
    FleetResolver,
    Recording,
    AttestResolver,
    ChangeResolver,
    WebhookResolver,
    WebhookChangeResolver,
    SubscriptionResolver,
    LiveServer,
  ],
})
export class GraphqlModule {}
