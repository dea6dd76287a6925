import { randomUUID } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import type { Context, ServerOptions } from 'graphql-ws';
import { HopledgerError } from '../../errors.js';
import type { Authenticator } from '../../runtime/authenticator.js';
import type { Config } from '../../runtime/config.js';
import type { Logger } from '../../runtime/logging.js';
import { requireRole, type Principal } from '../../runtime/principal.js';
import { logFaults } from '../apollo/errors-plugin.js';
import type { ContextFactory } from '../context-factory.js';
import { answerError } from '../errors.js';
import { subscribeFresh } from './answers.js';
import { prepareSubscription, refusal } from './prepare-subscription.js';
import type { Extra } from './socket.js';

export interface LiveParts {
  readonly schema: GraphQLSchema;
  readonly contexts: ContextFactory;
  readonly authenticator: Authenticator;
  readonly config: Config;
  readonly logger: Logger;
}

type Connection = Context<Record<string, unknown> | undefined, Extra>;

/** graphql-ws' own codes for these. */
const UNAUTHORIZED = 4401;
const FORBIDDEN = 4403;
const INIT_TIMEOUT_MS = 3_000;

/** How the graphql-ws protocol is answered. */
export const protocolOptions = (
  parts: LiveParts,
): ServerOptions<Record<string, unknown> | undefined, Extra> => {
  const { schema, contexts, authenticator, config } = parts;
  const log = logFaults(parts.logger);
  const authenticate = (connection: Connection): Principal => authenticateSocket(authenticator, connection);

  return {
    schema,
    connectionInitWaitTimeout: INIT_TIMEOUT_MS,
    onConnect(connection) {
      try {
        authenticate(connection);
        return true;
      } catch (error) {
        if (!(error instanceof HopledgerError)) throw error;
        const code = error.code === 'UNAUTHENTICATED' ? UNAUTHORIZED : FORBIDDEN;
        connection.extra.socket.close(code, error.code);
        return false;
      }
    },
    onSubscribe(connection, _id, payload) {
      const { maxPerConnection } = config.subscriptions;
      if (Object.keys(connection.subscriptions).length > maxPerConnection) {
        return [
          refusal(
            new HopledgerError(
              'SUBSCRIPTION_LIMIT',
              `over ${maxPerConnection} subscriptions on this connection`,
              {
                limit: maxPerConnection,
              },
            ),
          ),
        ];
      }
      let principal: Principal;
      try {
        // Again: the token may be gone since the connection was made.
        principal = authenticate(connection);
      } catch (error) {
        return [refusal(error)];
      }
      const prepared = prepareSubscription(schema, payload, config);
      if ('length' in prepared) return prepared;
      const requestId = randomUUID();
      return { ...prepared, contextValue: { fresh: () => contexts.create(principal, requestId), requestId } };
    },
    subscribe: (args) => subscribeFresh(args, freshContextOf(args.contextValue)),
    onNext(_connection, _id, _payload, { contextValue }, result) {
      if (result.errors === undefined) return undefined;
      const requestId = requestIdOf(contextValue);
      log(result.errors, { requestId });
      const errors = result.errors.map((error) => answerError(error, requestId));
      return { ...(result.data === undefined ? {} : { data: result.data }), errors };
    },
    onError(_connection, _id, _payload, errors) {
      const requestId = randomUUID();
      log(errors, { requestId });
      return errors.map((error) => answerError(error, requestId));
    },
  };
};

/** The token comes in the connection's parameters: a browser cannot set headers on a WebSocket. */
const authenticateSocket = (
  authenticator: Authenticator,
  { connectionParams, extra }: Connection,
): Principal => {
  const { headers } = extra.request;
  const given = connectionParams?.['authorization'];
  const principal = authenticator.authenticate({
    authorization: typeof given === 'string' ? given : headers.authorization,
    host: headers.host,
    origin: headers.origin,
  });
  requireRole(principal, 'reader');
  return principal;
};

/** What `onSubscribe` above put there; the library hands it on as unknown. */
interface LiveContext {
  readonly fresh: () => unknown;
  readonly requestId: string;
}
const isLiveContext = (value: unknown): value is LiveContext =>
  typeof value === 'object' && value !== null && 'fresh' in value && 'requestId' in value;

const freshContextOf = (value: unknown): (() => unknown) => {
  if (!isLiveContext(value)) throw new Error('a subscription without its context');
  return value.fresh;
};
const requestIdOf = (value: unknown): string => (isLiveContext(value) ? value.requestId : '');
