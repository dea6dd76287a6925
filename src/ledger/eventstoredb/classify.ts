import type { CommandError, WrongExpectedVersionError } from '@eventstore/db-client';
import type { EndPoint } from './connection-string.js';

/** What a failed call means. */
export type Failure =
  | { readonly kind: 'wrongRevision'; readonly actual: bigint | 'none' }
  | { readonly kind: 'streamNotFound' }
  /** A tombstoned stream takes no appends any more, under any revision. */
  | { readonly kind: 'streamDeleted' }
  | { readonly kind: 'tooLarge'; readonly maxBytes: number }
  | { readonly kind: 'notLeader'; readonly leader: EndPoint }
  /** The server will not have us; the same again is refused again. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Transport, deadline, overload, election: what became of the call is not known, and another attempt may do. */
  | { readonly kind: 'unknown' };

/** Codes of gRPC that the same call would get again. @see https://grpc.io/docs/guides/status-codes/ */
const REFUSING = new Map([
  [3, 'invalid argument'],
  [7, 'permission denied'],
  [12, 'not implemented by this server'],
  [16, 'not authenticated'],
]);

/**
 * By the client's `type` first, then by gRPC's code: a refused connection is a raw gRPC error without a type. Not by
 * `instanceof`, so that neither the client is loaded for it nor a second copy of it confuses it.
 */
export function classify(error: unknown): Failure {
  if (isCommandError(error)) {
    switch (error.type as `${typeof error.type}`) {
      case 'wrong-expected-version':
        return { kind: 'wrongRevision', actual: actualRevision(error) };
      case 'stream-not-found':
      case 'no-stream':
        return { kind: 'streamNotFound' };
      case 'stream-deleted':
        return { kind: 'streamDeleted' };
      case 'maximum-append-size-exceeded':
        return { kind: 'tooLarge', maxBytes: 'maxAppendSize' in error ? error.maxAppendSize : 0 };
      case 'not-leader':
        return 'leader' in error ? { kind: 'notLeader', leader: error.leader } : { kind: 'unknown' };
      case 'access-denied':
      case 'invalid-argument':
      case 'unsupported':
        return { kind: 'refused', why: error.message };
      default: // by its code
    }
  }
  const why = REFUSING.get(codeOf(error) ?? -1);
  return why === undefined ? { kind: 'unknown' } : { kind: 'refused', why };
}

function isCommandError(error: unknown): error is CommandError {
  return error instanceof Error && 'type' in error && typeof error.type === 'string';
}

/** `no_stream` is a word, not a number: `BigInt(actualVersion)` throws on it. */
function actualRevision(error: CommandError): bigint | 'none' {
  const { actualVersion } = error as WrongExpectedVersionError;
  return typeof actualVersion === 'bigint' ? actualVersion : 'none';
}

function codeOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}
