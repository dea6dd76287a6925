import { isErrorCode } from '../errors.js';
import { ConfigError } from './config.js';

/** How a start that failed is told: what to print, and the exit code. */
export interface StartFailure {
  readonly text: string;
  readonly exitCode: number;
}

/**
 * A faulty configuration, a port in use and a ledger that cannot be opened are for the operator to mend: the message
 * says it all. Anything else is a fault of ours, told with its stack.
 */
export function startFailure(error: unknown): StartFailure {
  if (error instanceof ConfigError) return { text: error.message, exitCode: error.exitCode };
  if (!(error instanceof Error)) return { text: String(error), exitCode: 1 };
  const code = 'code' in error ? error.code : undefined;
  const isOperators = isErrorCode(code) || code === 'EADDRINUSE' || code === 'EACCES';
  return { text: isOperators ? error.message : (error.stack ?? error.message), exitCode: 1 };
}
