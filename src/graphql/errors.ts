import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { HopledgerError, isErrorCode, type ErrorCode } from '../errors.js';
import { answerOf } from '../runtime/error-answer.js';

/** Apollo's own codes, for what it refuses before anything runs. */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'BAD_INPUT',
  GRAPHQL_VALIDATION_FAILED: 'BAD_INPUT',
  BAD_USER_INPUT: 'BAD_INPUT',
  BAD_REQUEST: 'BAD_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_INPUT',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_INPUT',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_INPUT',
};

/** Told from graphql-js' and Apollo's messages, which have nothing else to tell them by. */
const TOO_LARGE = /more tha[nt] \d+ tokens|recursive selections limit|Maximum introspection depth/i;

/** graphql-jit's errors look like graphql-js', but may have no `extensions`. */
const extensionCode = ({
  extensions,
}: {
  readonly extensions?: GraphQLError['extensions'] | undefined;
}): unknown => extensions?.['code'];

/** What the resolver threw, or what else went wrong. */
export const causeOf = (error: unknown): unknown =>
  error instanceof GraphQLError && error.originalError !== undefined ? error.originalError : error;

/**
 * The code of an error. A refusal before execution has no path; one during execution without a cause is a broken
 * promise of a resolver (null where the schema says there is none).
 */
export const codeOf = (error: unknown): ErrorCode => {
  const cause = causeOf(error);
  if (cause instanceof HopledgerError) return cause.code;
  if (!(error instanceof GraphQLError)) return answerOf(cause).code;
  if (error.path === undefined && TOO_LARGE.test(error.message)) return 'QUERY_TOO_DEEP';
  const code = extensionCode(error);
  if (isErrorCode(code)) return code;
  if (typeof code === 'string' && REFUSALS[code] !== undefined) return REFUSALS[code];
  if (error.path === undefined && (cause === error || cause instanceof GraphQLError)) return 'BAD_INPUT';
  return answerOf(cause).code;
};

/** An error as the client gets it: a code of the table, its facts, and the request to look for in the log. */
export const answerError = (error: unknown, requestId: string): GraphQLFormattedError => {
  const code = codeOf(error);
  const cause = causeOf(error);
  const { message, facts } = answerOf(cause instanceof Error && 'code' in cause ? cause : null);
  const known = error instanceof GraphQLError ? error : undefined;
  return {
    // Of its own errors the program knows what they say; graphql's are about the query alone. All else is masked.
    message: code !== 'INTERNAL' && known !== undefined && refersToQuery(known) ? known.message : message,
    ...(known?.locations === undefined ? {} : { locations: known.locations }),
    ...(known?.path === undefined ? {} : { path: known.path }),
    extensions: { ...(code === 'INTERNAL' ? {} : facts), code, requestId },
  };
};

/** Found before anything ran: the message tells where in the query or its variables. */
const refersToQuery = (error: GraphQLError): boolean => error.path === undefined;
