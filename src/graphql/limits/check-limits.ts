import {
  getVariableValues,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { HopledgerError } from '../../errors.js';
import type { Config } from '../../runtime/config.js';
import { measureOperation } from './measure-operation.js';

export interface Asked {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Holds an operation against the limits before it runs. For HTTP and graphql-ws alike.
 * @throws HopledgerError QUERY_TOO_DEEP, QUERY_TOO_COSTLY, PAGE_TOO_LARGE, BAD_INPUT; the facts give measure and limit
 */
export const checkLimits = (asked: Asked, { graphql }: Pick<Config, 'graphql'>): void => {
  const { maxDepth, maxAliases, maxCost, maxPageSize, pageSize } = graphql;
  const { schema, document, operation } = asked;
  // With their defaults: a page size may stand there. Variables of a wrong kind are refused when it comes to running.
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], asked.variables);
  if (coerced === undefined) return;
  const { depth, aliases, cost, pages } = measureOperation(schema, document, operation, coerced, pageSize);
  if (depth > maxDepth) throw over('QUERY_TOO_DEEP', `${depth} fields deep`, { depth, limit: maxDepth });
  if (aliases > maxAliases)
    throw over('QUERY_TOO_DEEP', `${aliases} aliases`, { aliases, limit: maxAliases });
  for (const { field, first } of pages) {
    if (first > maxPageSize)
      throw over('PAGE_TOO_LARGE', `first: ${first} of ${field}`, { field, first, limit: maxPageSize });
    if (first < 1)
      throw new HopledgerError('BAD_INPUT', `first of ${field} must be 1 or more, not ${first}`, {
        field: 'first',
      });
  }
  if (cost > maxCost) throw over('QUERY_TOO_COSTLY', `costs ${cost}`, { cost, limit: maxCost });
};

const over = (
  code: 'QUERY_TOO_DEEP' | 'PAGE_TOO_LARGE' | 'QUERY_TOO_COSTLY',
  measure: string,
  facts: Readonly<Record<string, string | number>> & { readonly limit: number },
): HopledgerError => new HopledgerError(code, `${measure}; the limit is ${facts.limit}`, facts);
