import { setTimeout as sleep } from 'node:timers/promises';
import { NotHopledger, ServerRefused, ServerUnreachable } from './server-failure.js';

export interface RetryPolicy {
  /** How often to try in all. */
  readonly tries: number;
  /** Pause after the first try; it doubles. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Told before each pause. */
  readonly onPause?: (error: Error, pauseMs: number) => void;
}

export const PATIENT: RetryPolicy = { tries: 8, firstPauseMs: 250, longestPauseMs: 15_000 };

/**
 * For what may be sent twice: tries again while the server is away or asks for patience. Pauses vary, so that many
 * hosts that lost one server do not come back to it in step.
 * @throws the last error, or at once one that another try would meet again
 */
export const withRetries = async <T>(policy: RetryPolicy, work: () => Promise<T>): Promise<T> => {
  for (let failures = 0; ;) {
    try {
      return await work();
    } catch (error) {
      failures += 1;
      if (!(error instanceof Error) || !mayPass(error) || failures >= policy.tries) throw error;
      const grown = Math.min(policy.firstPauseMs * 2 ** (failures - 1), policy.longestPauseMs);
      const asked = error instanceof ServerRefused ? (error.facts.retryAfterMs ?? 0) : 0;
      const pauseMs = Math.max(asked, Math.round(grown * (0.5 + Math.random() / 2)));
      policy.onPause?.(error, pauseMs);
      await sleep(pauseMs);
    }
  }
};

/** The codes with which the server says: send the same again. */
const TEMPORARY = new Set([
  'OVERLOADED',
  'UNKNOWN_OUTCOME',
  'LEDGER_UNAVAILABLE',
  'LEDGER_CLOSED',
  'SHUTTING_DOWN',
  'RATE_LIMITED',
]);

const mayPass = (error: Error): boolean =>
  error instanceof ServerUnreachable ||
  (error instanceof ServerRefused && error.code !== undefined && TEMPORARY.has(error.code)) ||
  (error instanceof NotHopledger && error.status >= 502 && error.status <= 504);
