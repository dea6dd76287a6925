import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { EventMetadata } from '../../domain/vm/envelope.js';
import { DuplicateEventId } from '../../ledger/errors.js';
import { HopledgerError } from '../../errors.js';
import { eventId } from '../event-id.js';
import { metadataOf, type ReportContext } from '../report-context.js';
import { parseInput } from './parse-input.js';
import { line } from './schema-text.js';
import { withoutSecrets } from './without-secrets.js';

/** A report whose sender chose a key for it, so that a repeat is known as one. */
export interface KeyedReport {
  readonly idempotencyKey: string;
  /** By the clock of the host; null: now. */
  readonly occurredAt: string | null;
  readonly context: ReportContext;
  /** The whole input. What it holds is what the key stands for. */
  readonly input: unknown;
}

const keySchema = z.object({ idempotencyKey: line(200), context: z.object({ correlationId: line(200) }) });

/** @throws HopledgerError BAD_INPUT */
export const checkKey = (report: KeyedReport): void => void parseInput(keySchema, report);

/** The same for every use of a key with one tool, whatever it is used for. */
export const idOf = ({ context, idempotencyKey }: KeyedReport): string =>
  eventId(context.tool, idempotencyKey);

/** The input as the ledger will give it back. Two that differ in a secret alone are the same: none is kept. */
const asRecorded = (input: unknown): unknown => withoutSecrets(JSON.parse(JSON.stringify(input)));

export const metadataOfKeyed = (report: KeyedReport): EventMetadata =>
  metadataOf(report.context, report.occurredAt, asRecorded(report.input));

/** @throws HopledgerError IDEMPOTENCY_CONFLICT when the event of this key was made from another input */
export const refuseOtherInput = (report: KeyedReport, recorded: EventMetadata): void => {
  if (!isDeepStrictEqual(asRecorded(recorded.report), asRecorded(report.input))) throw conflict(report);
};

/** The key's event id stands in another stream: it was used for another VM or host. */
export const orConflict = <T>(report: KeyedReport, recording: Promise<T>): Promise<T> =>
  orDuplicate(() => conflict(report).message, recording);

/** The same for events whose ids a source's own ids make. @throws HopledgerError IDEMPOTENCY_CONFLICT */
export const orDuplicate = async <T>(message: () => string, recording: Promise<T>): Promise<T> => {
  try {
    return await recording;
  } catch (error) {
    if (error instanceof DuplicateEventId) throw new HopledgerError('IDEMPOTENCY_CONFLICT', message());
    throw error;
  }
};

const conflict = ({ idempotencyKey }: KeyedReport): HopledgerError =>
  new HopledgerError(
    'IDEMPOTENCY_CONFLICT',
    `the key ${JSON.stringify(idempotencyKey)} was used before, with another input`,
  );
