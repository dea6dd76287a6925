import type { Expected, Position, Revision, StreamName } from './port.js';

/** Base of what a ledger can refuse; `code` is stable (docs/reference/errors.md). */
export abstract class LedgerError extends Error {
  abstract readonly code: string;
  override get name(): string {
    return this.constructor.name;
  }
}

export class WrongRevision extends LedgerError {
  readonly code = 'WRONG_REVISION';
  constructor(
    readonly stream: StreamName,
    readonly expected: Expected,
    readonly actual: Revision | 'none',
  ) {
    super(`${stream}: expected ${expected}, found ${actual}`);
  }
}

/** An event id that the log holds already, in another stream or at another revision. */
export class DuplicateEventId extends LedgerError {
  readonly code = 'DUPLICATE_EVENT_ID';
  constructor(
    readonly stream: StreamName,
    readonly eventId: string,
  ) {
    super(`${stream}: event ${eventId} is in the ledger already, elsewhere`);
  }
}

/** Too many appends wait; nothing of this one was written. Retry later. */
export class Overloaded extends LedgerError {
  readonly code = 'OVERLOADED';
  constructor(readonly waiting: number) {
    super(`ledger overloaded: ${waiting} appends waiting`);
  }
}

/** The engine does not know whether the append happened. Retry with the same ids. */
export class UnknownOutcome extends LedgerError {
  readonly code = 'UNKNOWN_OUTCOME';
  constructor(
    readonly stream: StreamName,
    cause: unknown,
  ) {
    super(`${stream}: outcome of the append unknown`, { cause });
  }
}

/** Empty, too large, or with a malformed name, id or body. The same again fails again. */
export class InvalidAppend extends LedgerError {
  readonly code = 'INVALID_APPEND';
}

/**
 * A position that this log never gave: malformed, or past its head. The second happens to a checkpoint that outlived
 * its log (a restored backup); reading on from there would skip events in silence.
 */
export class BadPosition extends LedgerError {
  readonly code = 'BAD_CURSOR';
  constructor(
    readonly position: Position,
    readonly head: Position,
  ) {
    super(
      `position ${JSON.stringify(position)} is not one of this log, whose head is ${JSON.stringify(head)}`,
    );
  }
}

/**
 * The file or server cannot be opened as a ledger; thrown at start only.
 * `in_use`: another process, or another ledger of this one, has it open for appending.
 * `newer_version`: a later hopledger wrote it. `not_a_ledger`: of another program, damaged, or, to read it, not there.
 * `unreachable`: the server does not answer. `refused`: it does not let us in.
 */
export class CannotOpenLedger extends LedgerError {
  readonly code = 'CANNOT_OPEN_LEDGER';
  constructor(
    readonly path: string,
    readonly reason: 'in_use' | 'newer_version' | 'not_a_ledger' | 'unreachable' | 'refused',
    detail: string,
  ) {
    super(`${path}: ${detail}`);
  }
}

/** The server that holds the ledger does not answer, refuses us, or has lost what it held. Nothing was written. */
export class LedgerUnavailable extends LedgerError {
  readonly code = 'LEDGER_UNAVAILABLE';
}

/** The ledger is closed or its engine died. */
export class LedgerClosed extends LedgerError {
  readonly code = 'LEDGER_CLOSED';
  constructor() {
    super('the ledger is closed');
  }
}
