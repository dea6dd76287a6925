import { errorFacts } from './error-facts.js';
import { EXIT, type ExitCode } from './exit-codes.js';

export interface FailureDetails {
  /** @defaultValue 1 */
  readonly exitCode?: ExitCode;
  /** A code of docs/reference/errors.md. */
  readonly code?: string;
  /** What the person can do next. */
  readonly advice?: string;
  readonly cause?: unknown;
}

/** An end that is foreseen: its message is meant for the person who typed the command. */
export class CliFailure extends Error {
  readonly exitCode: ExitCode;
  readonly code: string | undefined;
  readonly advice: string | undefined;

  constructor(message: string, { exitCode = EXIT.FAILED, code, advice, cause }: FailureDetails = {}) {
    super(message, { cause });
    this.exitCode = exitCode;
    this.code = code;
    this.advice = advice;
  }

  override get name(): string {
    return 'CliFailure';
  }
}

/** The command line is wrong. */
export const usageFailure = (message: string, advice?: string): CliFailure =>
  new CliFailure(message, { exitCode: EXIT.USAGE, ...(advice !== undefined && { advice }) });

export interface Explanation {
  readonly exitCode: number;
  readonly code: string | null;
  readonly message: string;
  readonly advice: string | null;
}

/**
 * Any error as a person is told of it. Errors that carry a code (of the ledger, of the configuration, of Node) speak
 * for themselves; an error without one is a fault in hopledger, and is called one.
 */
export const explain = (error: unknown): Explanation => {
  if (error instanceof CliFailure) {
    const { exitCode, code = null, message, advice = null } = error;
    return { exitCode, code, message, advice };
  }
  const facts = errorFacts(error);
  if (facts === null) return { exitCode: EXIT.FAILED, code: null, message: String(error), advice: null };
  const { code, message } = facts;
  const exitCode: unknown = Reflect.get(Object(error), 'exitCode');
  const isKnown = code !== null || typeof exitCode === 'number';
  return {
    exitCode: typeof exitCode === 'number' ? exitCode : EXIT.FAILED,
    // Node's own codes (ENOENT) stand in its messages already.
    code: code !== null && !/^E[A-Z0-9]+$/.test(code) && !code.startsWith('ERR_') ? code : null,
    message,
    advice: isKnown ? null : 'this looks like a fault in hopledger; --debug shows where it happened',
  };
};
