import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { HopledgerError } from '../../errors.js';
import type { Config } from '../../runtime/config.js';
import type { GraphqlContext } from '../context.js';
import { checkLimits } from '../limits/check-limits.js';

/** Measures each operation once its variables are known and before anything of it runs. */
export const limitsPlugin = (config: Pick<Config, 'graphql'>): ApolloServerPlugin<GraphqlContext> => ({
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, operation, request }) {
        // None of that name: Apollo says so when it comes to running it.
        if (operation === undefined) return;
        const variables = request.variables ?? {};
        try {
          checkLimits({ schema, document, operation, variables }, config);
        } catch (error) {
          if (!(error instanceof HopledgerError)) throw error;
          // Without a status, Apollo answers 500 for what a plugin refuses.
          const extensions = { code: error.code, http: { status: 400 } };
          throw new GraphQLError(error.message, { originalError: error, extensions });
        }
      },
    };
  },
});
