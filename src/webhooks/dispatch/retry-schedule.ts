const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * How long after each failed attempt the next one is made; after the last none is. The first attempt is made at once.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const STANDARD_RETRIES_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** So that what failed together does not come back together. */
const JITTER = 0.2;

export interface FailedAttempt {
  /** Made since the delivery was last put, this one included. */
  readonly attempts: number;
  /** When it ended, milliseconds since 1970. */
  readonly at: number;
  /** What the receiver asks for; null: nothing. Longer than the schedule it is honoured, shorter it is not. */
  readonly retryAfterMs: number | null;
  /** From 0 up to 1. */
  readonly chance: number;
}

/** When the next attempt is made; null: never, it is given up. */
export const nextAttemptAt = (
  { attempts, at, retryAfterMs, chance }: FailedAttempt,
  retriesMs: readonly number[] = STANDARD_RETRIES_MS,
): number | null => {
  const delay = retriesMs[attempts - 1];
  if (delay === undefined) return null;
  const jittered = delay * (1 + JITTER * (2 * chance - 1));
  return Math.round(at + Math.max(jittered, retryAfterMs ?? 0));
};
