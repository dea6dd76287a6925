import type { CheckedAppend } from './checked-append.js';
import { DuplicateEventId, WrongRevision } from './errors.js';
import type { Appended } from './port.js';
import { toPosition } from './position.js';

/** What became of an append, in a form that can cross a thread. `revision` and `sequence` are of its last event. */
export type Outcome =
  | {
      readonly kind: 'appended';
      readonly revision: number;
      readonly sequence: number;
      readonly repeated: boolean;
    }
  | { readonly kind: 'wrongRevision'; readonly actual: number | 'none' }
  | { readonly kind: 'duplicateId'; readonly id: string };

/** @throws WrongRevision, DuplicateEventId */
export function answer(append: CheckedAppend, outcome: Outcome): Appended {
  switch (outcome.kind) {
    case 'appended':
      return {
        revision: BigInt(outcome.revision),
        position: toPosition(outcome.sequence),
        repeated: outcome.repeated,
      };
    case 'wrongRevision':
      throw new WrongRevision(
        append.stream,
        append.expected,
        outcome.actual === 'none' ? 'none' : BigInt(outcome.actual),
      );
    case 'duplicateId':
      throw new DuplicateEventId(append.stream, outcome.id);
  }
}
