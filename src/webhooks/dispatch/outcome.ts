import type { Settled } from '../journal-events.js';
import { onOneLine } from '../send/failure-text.js';
import type { Sent } from '../send/sender.js';
import type { DueDelivery } from '../store/delivery-reader.js';
import { nextAttemptAt } from './retry-schedule.js';

export interface AttemptTimes {
  /** When the attempt began, milliseconds since 1970. */
  readonly at: number;
  readonly endedAt: number;
  /** The receiver says that it wants no further attempt. */
  readonly isGone: boolean;
  /** From 0 up to 1: for the jitter. */
  readonly chance: number;
  readonly retriesMs: readonly number[];
}

/** What is recorded of an attempt. */
export const outcomeOf = (
  { endpoint, message, attempts, attemptsOfRound }: DueDelivery,
  { delivered, status, error, retryAfterMs }: Sent,
  { at, endedAt, isGone, chance, retriesMs }: AttemptTimes,
): Settled => {
  const nextAt =
    delivered || isGone
      ? null
      : nextAttemptAt({ attempts: attemptsOfRound + 1, at: endedAt, retryAfterMs, chance }, retriesMs);
  return {
    endpoint,
    message,
    attempt: attempts + 1,
    outcome: delivered ? 'delivered' : nextAt === null ? 'dead' : 'failed',
    status,
    error: error === null ? null : onOneLine(error),
    at: new Date(at).toISOString(),
    nextAt: nextAt === null ? null : new Date(nextAt).toISOString(),
    ms: Math.max(Math.round(endedAt - at), 0),
  };
};
