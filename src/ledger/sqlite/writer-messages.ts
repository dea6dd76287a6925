import type { EventText } from '../checked-append.js';
import type { Outcome } from '../outcome.js';

/** What the writer's thread is told. */
export type ToWriter =
  | { readonly kind: 'group'; readonly appends: readonly WriterAppend[] }
  | { readonly kind: 'close' }
  /** End at once, as after a crash. */
  | { readonly kind: 'end' };

export interface WriterAppend {
  readonly stream: string;
  readonly firstRevision: number;
  readonly acceptedAtMs: number;
  readonly events: readonly EventText[];
}

/** What the writer's thread says. Groups are answered in the order in which they came. */
export type FromWriter =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'refused';
      readonly reason: 'newer_version' | 'not_a_ledger' | undefined;
      readonly message: string;
    }
  | { readonly kind: 'committed'; readonly outcomes: readonly Outcome[] }
  /** The group was rolled back, or its commit failed half-way. */
  | { readonly kind: 'failed'; readonly error: Error };
