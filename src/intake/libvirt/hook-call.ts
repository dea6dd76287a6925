import type { AdviceGiven } from '../../domain/vm/events.js';
import type { Position } from '../../ledger/port.js';

/** One call of libvirt's hook, as the host sent it. */
export interface HookCall {
  readonly host: string;
  /** VM name, operation, sub-operation, extra. */
  readonly argv: readonly string[];
  readonly xml: string;
  /** ISO 8601, the host's clock when the hook was called; null: now. */
  readonly at: string | null;
  /** Whatever makes the call known when it is sent again; null: `at` and the content do. */
  readonly id: string | null;
  /**
   * The host asked, got no answer, and did this by its own policy: it is told about now, and advised no more. Null: it
   * waits for the answer.
   */
  readonly late: 'passed' | 'refused' | null;
}

export interface HookAnswer {
  readonly answer: AdviceGiven['answer'] | 'recorded';
  /** Null unless the operation takes an XML back. */
  readonly xml: string | null;
  readonly verdict: AdviceGiven['verdict'] | null;
  readonly message: string | null;
  readonly uuid: string;
  readonly eventIds: readonly string[];
  readonly position: Position;
  /** The call was on record already; the answer is the one given then. */
  readonly repeated: boolean;
  /** Nothing that stops anything, such as a clock that is off. */
  readonly warnings: readonly string[];
}
