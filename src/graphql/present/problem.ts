import { HopledgerError, type Facts } from '../../errors.js';
import type * as G from '../schema.generated.js';

/** The expected outcomes that are no success. Any result union has some of them. */
export type Problem =
  | G.IdempotencyConflict
  | G.UnknownVm
  | G.UnknownHost
  | G.UnknownEvent
  | G.UnknownWebhookEndpoint
  | G.TooManyWebhookEndpoints
  | G.WebhookEndpointPaused
  | G.BadInput;
type ProblemName = Problem['__typename'];

/** What the caller named, for problems that say so. */
export interface Named {
  readonly uuid?: string;
  readonly host?: string;
  readonly eventId?: string;
  readonly endpoint?: string;
}

/**
 * What `work` answers, or the problem that it ended in when the union has it; any other error goes on, and comes out
 * among the errors of the answer.
 */
export const orProblem = async <T, const N extends ProblemName>(
  union: readonly N[],
  named: Named,
  work: () => Promise<T>,
): Promise<T | Extract<Problem, { readonly __typename: N }>> => {
  try {
    return await work();
  } catch (error) {
    const problem = error instanceof HopledgerError ? problemOf(error, named) : null;
    if (problem !== null && isOneOf(problem, union)) return problem;
    throw error;
  }
};

const isOneOf = <N extends ProblemName>(
  problem: Problem,
  union: readonly N[],
): problem is Extract<Problem, { readonly __typename: N }> =>
  union.some((name) => name === problem.__typename);

const problemOf = (error: HopledgerError, named: Named): Problem | null => {
  const { code, message, facts } = error;
  switch (code) {
    case 'IDEMPOTENCY_CONFLICT':
      return { __typename: 'IdempotencyConflict', code, message };
    case 'UNKNOWN_VM':
      return { __typename: 'UnknownVm', code, message, uuid: named.uuid ?? textOf(facts, 'uuid') ?? '' };
    case 'UNKNOWN_HOST':
      return { __typename: 'UnknownHost', code, message, host: named.host ?? textOf(facts, 'host') ?? '' };
    case 'UNKNOWN_EVENT':
      return { __typename: 'UnknownEvent', code, message, eventId: named.eventId ?? '' };
    case 'UNKNOWN_WEBHOOK_ENDPOINT':
      return { __typename: 'UnknownWebhookEndpoint', code, message, endpointId: named.endpoint ?? '' };
    case 'TOO_MANY_WEBHOOK_ENDPOINTS':
      return { __typename: 'TooManyWebhookEndpoints', code, message };
    case 'WEBHOOK_ENDPOINT_PAUSED':
      return { __typename: 'WebhookEndpointPaused', code, message };
    case 'BAD_INPUT':
      return { __typename: 'BadInput', code, message, field: textOf(facts, 'field') };
    default:
      return null;
  }
};

const textOf = (facts: Facts, name: string): string | null => {
  const fact = facts[name];
  return typeof fact === 'string' ? fact : null;
};
