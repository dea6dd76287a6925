import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import type { FastifyRequest } from 'fastify';
import { principalOf } from '../../runtime/auth.js';
import type { Config } from '../../runtime/config.js';
import type { Logger } from '../../runtime/logging.js';
import type { ContextFactory } from '../context-factory.js';
import { SCALARS } from '../scalars.js';
import { readSchemaText } from '../schema-text.js';
import { errorsPlugin, logFaults } from './errors-plugin.js';
import { jitPlugin } from './jit-plugin.js';
import { limitsPlugin } from './limits-plugin.js';
import { OrderedApolloDriver } from './ordered-driver.js';

export const GRAPHQL_PATH = '/graphql';

/** How Apollo runs behind Nest. Subscriptions have a server of their own (`live/`). */
export const apolloOptions = (
  config: Config,
  logger: Logger,
  contexts: ContextFactory,
): ApolloDriverConfig => ({
  driver: OrderedApolloDriver,
  path: GRAPHQL_PATH,
  typeDefs: readSchemaText(),
  resolvers: SCALARS,
  context: (request: FastifyRequest) => contexts.create(principalOf(request), request.id),
  introspection: config.graphql.introspection,
  // Suggestions ("did you mean") tell the schema piece by piece to those who may not read it as a whole.
  hideSchemaDetailsFromClientErrors: !config.graphql.introspection,
  // Nest's page loads from another site; ours is served by GraphiqlController.
  graphiql: false,
  maxRecursiveSelections: true,
  parseOptions: { maxLexicalTokens: config.graphql.maxTokens },
  csrfPrevention: true,
  // Nobody asked for it, and it lets clients fill a cache.
  persistedQueries: false,
  includeStacktraceInErrorResponses: false,
  // Ours (errorsPlugin) is the one form of errors.
  autoTransformHttpErrors: false,
  logger: {
    debug: (message: unknown) => logger.debug(String(message)),
    info: (message: unknown) => logger.info(String(message)),
    warn: (message: unknown) => logger.warn(String(message)),
    error: (message: unknown) => logger.error(String(message)),
  },
  plugins: [
    ApolloServerPluginCacheControlDisabled(),
    errorsPlugin(logger),
    limitsPlugin(config),
    jitPlugin(logFaults(logger)),
  ],
});
