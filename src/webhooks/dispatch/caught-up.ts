import type { Ledger, StreamName } from '../../ledger/port.js';
import { ENDPOINT_STREAM } from '../endpoint-log.js';
import { JOURNAL_STREAM } from '../journal-events.js';
import type { WebhookStore } from '../store/webhook-store.js';

const LOOK_MS = 1_000;

export interface CatchUp {
  readonly store: WebhookStore;
  readonly ledger: Pick<Ledger, 'readStream'>;
}

/**
 * Waits until the store knows all that is recorded as of now: whoever held the lease before may have settled what still
 * waits here.
 * @returns false when `signal` ended the waiting
 */
export const caughtUp = async ({ store, ledger }: CatchUp, signal: AbortSignal): Promise<boolean> => {
  const { revisions } = store;
  const journal = await lastRevision(ledger, JOURNAL_STREAM, revisions.journal);
  const endpoints = await lastRevision(ledger, ENDPOINT_STREAM, revisions.endpoints);
  const holds = (): boolean => store.revisions.journal >= journal && store.revisions.endpoints >= endpoints;
  while (!signal.aborted && !(await store.waitUntil(holds, LOOK_MS)));
  return !signal.aborted;
};

const lastRevision = async (
  ledger: CatchUp['ledger'],
  stream: StreamName,
  applied: bigint,
): Promise<bigint> => {
  let last = applied;
  for await (const { revision } of ledger.readStream(stream, applied + 1n)) last = revision;
  return last;
};
