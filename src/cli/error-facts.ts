/**
 * What an error says of itself. Errors of Node and of native modules can be of another realm (worker threads, tests),
 * where `instanceof Error` does not know them.
 */
export interface ErrorFacts {
  readonly name: string;
  readonly message: string;
  /** `ENOENT`, `UNKNOWN_VM`; null when it has none. */
  readonly code: string | null;
  readonly cause: unknown;
}

export const errorFacts = (error: unknown): ErrorFacts | null => {
  if (
    typeof error !== 'object' ||
    error === null ||
    !('message' in error) ||
    typeof error.message !== 'string'
  )
    return null;
  return {
    name: 'name' in error && typeof error.name === 'string' ? error.name : 'Error',
    message: error.message,
    code: 'code' in error && typeof error.code === 'string' ? error.code : null,
    cause: 'cause' in error ? error.cause : undefined,
  };
};
