import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import type { Logger } from '../../runtime/logging.js';
import type { GraphqlContext } from '../context.js';
import { answerError, causeOf, codeOf } from '../errors.js';

/** Faults of ours go into the log, under the id that the client is told. */
export const logFaults =
  (logger: Logger) =>
  (errors: readonly unknown[], { requestId }: Pick<GraphqlContext, 'requestId'>): void => {
    for (const error of errors) {
      if (codeOf(error) === 'INTERNAL')
        logger.error({ err: causeOf(error), requestId }, 'unexpected error in GraphQL');
    }
  };

/** Puts the errors of every answer that Apollo makes itself into our form. */
export const errorsPlugin = (logger: Logger): ApolloServerPlugin<GraphqlContext> => {
  const log = logFaults(logger);
  return {
    // A fault in a plugin; Apollo answers it by itself, and says nothing of it.
    async unexpectedErrorProcessingRequest({ error, requestContext }) {
      log([error], requestContext.contextValue);
    },
    async requestDidStart() {
      let met: readonly GraphQLError[] = [];
      return {
        async didEncounterErrors({ errors, contextValue }) {
          met = errors;
          log(errors, contextValue);
        },
        async willSendResponse({ response, contextValue }) {
          if (met.length === 0 || response.body.kind !== 'single') return;
          response.body.singleResult.errors = met.map((error) => answerError(error, contextValue.requestId));
        },
      };
    },
  };
};
