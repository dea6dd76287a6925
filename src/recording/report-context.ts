import { randomUUID } from 'node:crypto';
import type { EventMetadata } from '../domain/vm/envelope.js';

/** Who brought a report, with what, when. One for each request. */
export interface ReportContext {
  readonly actor: string;
  readonly tool: string;
  readonly correlationId: string;
  /** When this server got it, milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The reporter's clock when it sent, milliseconds since the epoch; null: not said, so no skew can be measured. */
  readonly sentAt: number | null;
}

export const reportContext = (
  given: { readonly actor: string; readonly tool: string } & Partial<ReportContext>,
  now: number = Date.now(),
): ReportContext => ({ correlationId: randomUUID(), receivedAt: now, sentAt: null, ...given });

/** The metadata of an event of this report. `occurredAt` null: now, by this server's clock. */
export const metadataOf = (
  context: ReportContext,
  occurredAt: string | null,
  report: unknown,
  causationId: string | null = null,
): EventMetadata => ({
  schemaVersion: 1,
  occurredAt: occurredAt ?? new Date(context.receivedAt).toISOString(),
  clockSkewMs: occurredAt === null || context.sentAt === null ? null : context.sentAt - context.receivedAt,
  actor: context.actor,
  tool: context.tool,
  correlationId: context.correlationId,
  causationId,
  report,
});
