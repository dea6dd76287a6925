import type { KeyedReport } from '../../recording/commands/keyed-report.js';
import { reportContext } from '../../recording/report-context.js';
import type { GraphqlContext } from '../context.js';

/** What every mutation's input has. */
export interface KeyedInput {
  readonly idempotencyKey: string;
  readonly occurredAt?: string | null | undefined;
  readonly sentAt?: string | null | undefined;
  readonly correlationId?: string | null | undefined;
}

/** @param mutation part of what the key stands for: it is not to be used for another one */
export const toKeyedReport = (
  mutation: string,
  input: KeyedInput,
  { principal }: GraphqlContext,
): KeyedReport => {
  // When it was sent says how far the clock is off, and differs in a retry that is otherwise the same.
  const { idempotencyKey, sentAt, ...content } = input;
  return {
    idempotencyKey,
    occurredAt: input.occurredAt ?? null,
    context: reportContext({
      actor: principal.name,
      tool: 'graphql',
      sentAt: sentAt == null ? null : Date.parse(sentAt),
      ...(input.correlationId == null ? {} : { correlationId: input.correlationId }),
    }),
    input: { mutation, ...content },
  };
};
