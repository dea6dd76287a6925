import { ERRORS, HopledgerError, isErrorCode, type ErrorCode, type Facts } from '../errors.js';

/** What a caller is told about an error, whatever the protocol. */
export interface ErrorAnswer {
  readonly code: ErrorCode;
  readonly message: string;
  readonly facts: Facts;
  readonly http: number;
}

const INTERNAL: ErrorAnswer = {
  code: 'INTERNAL',
  message: 'internal error; the log has the details under the request id',
  facts: {},
  http: ERRORS.INTERNAL.http,
};

/**
 * Only an error that carries a code of the table speaks for itself. Any other may hold paths, SQL or someone's data
 * in its message, so the caller hears `INTERNAL` and the log hears the rest.
 */
export function answerOf(error: unknown): ErrorAnswer {
  if (!(error instanceof Error) || !('code' in error) || !isErrorCode(error.code)) return INTERNAL;
  if (error.code === 'INTERNAL') return INTERNAL;
  return { code: error.code, message: error.message, facts: factsOf(error), http: ERRORS[error.code].http };
}

/** Errors of lower layers (the ledger's) do not know `Facts`; their own plain fields are their facts. */
function factsOf(error: Error): Facts {
  if (error instanceof HopledgerError) return error.facts;
  const facts: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(error)) {
    if (name === 'code' || name === 'message' || name === 'stack') continue;
    if (typeof value === 'bigint') facts[name] = value.toString();
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      facts[name] = value;
  }
  return facts;
}
