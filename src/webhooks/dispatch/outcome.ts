import type { Settled } from '../journal-events.js';
import type { Sent } from '../send/sender.js';
import type { DueDelivery } from '../store/delivery-reader.js';
import { nextAttemptAt } from './retry-schedule.js';

export interface AttemptTimes {
  /** When the attempt began, milliseconds since 1970. */
  readonly at: number;
  readonly endedAt: number;
  /** From 0 up to 1: for the jitter. */
  readonly chance: number;
  readonly retriesMs: readonly number[];
}

/** What is recorded of an attempt. 410 says that no further one is wanted. */
export const outcomeOf = (
  { endpoint, message, attempts, attemptsOfRound }: DueDelivery,
  { delivered, status, error, retryAfterMs }: Sent,
  { at, endedAt, chance, retriesMs }: AttemptTimes,
): Settled => {
  const nextAt =
    delivered || status === 410
      ? null
      : nextAttemptAt({ attempts: attemptsOfRound + 1, at: endedAt, retryAfterMs, chance }, retriesMs);
  return {
    endpoint,
    message,
    attempt: attempts + 1,
    outcome: delivered ? 'delivered' : nextAt === null ? 'dead' : 'failed',
    status,
    error,
    at: new Date(at).toISOString(),
    nextAt: nextAt === null ? null : new Date(nextAt).toISOString(),
    ms: Math.max(Math.round(endedAt - at), 0),
  };
};
