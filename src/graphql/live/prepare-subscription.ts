import {
  getOperationAST,
  OperationTypeNode,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLSchema,
} from 'graphql';
import { HopledgerError } from '../../errors.js';
import type { Config } from '../../runtime/config.js';
import { checkLimits } from '../limits/check-limits.js';

/** What a client sends to subscribe. */
export interface SubscribePayload {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A client that makes many mistakes learns of the first few. */
const MAX_FAULTS = 20;

/**
 * The same care for a subscription that Apollo and its plugins take for a request: tokens, validity, limits.
 * @returns what to run, or why not
 */
export const prepareSubscription = (
  schema: GraphQLSchema,
  payload: SubscribePayload,
  config: Pick<Config, 'graphql'>,
): ExecutionArgs | readonly GraphQLError[] => {
  const document = parsed(payload.query, config);
  if (document instanceof GraphQLError) return [document];
  const rules = config.graphql.introspection
    ? specifiedRules
    : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const faults = validate(schema, document, rules, { maxErrors: MAX_FAULTS });
  if (faults.length > 0) return config.graphql.introspection ? faults : faults.map(withoutSuggestion);

  const operation = getOperationAST(document, payload.operationName);
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) {
    return [
      refusal(new HopledgerError('BAD_INPUT', 'name one subscription; queries and mutations go over HTTP')),
    ];
  }
  const variables = payload.variables ?? {};
  try {
    checkLimits({ schema, document, operation, variables }, config);
  } catch (error) {
    return [refusal(error)];
  }
  return { schema, document, operationName: payload.operationName ?? null, variableValues: variables };
};

const parsed = (query: string, { graphql }: Pick<Config, 'graphql'>): DocumentNode | GraphQLError => {
  try {
    return parse(query, { maxLexicalTokens: graphql.maxTokens });
  } catch (error) {
    return refusal(error);
  }
};

export const refusal = (error: unknown): GraphQLError => {
  if (error instanceof GraphQLError) return error;
  if (error instanceof Error) return new GraphQLError(error.message, { originalError: error });
  throw error;
};

/** Those who may not read the schema are not told it piece by piece. */
const withoutSuggestion = (fault: GraphQLError): GraphQLError =>
  new GraphQLError(fault.message.replace(/ ?Did you mean(.+?)\?$/, ''), { nodes: fault.nodes ?? null });
