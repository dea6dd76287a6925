/** A receiver cannot put us off for longer. */
export const LONGEST_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * How long a `Retry-After` asks to wait: seconds, or a date. Null when there is none or it cannot be read.
 * @param now milliseconds since the epoch
 * @see RFC 9110 section 10.2.3
 */
export const retryAfterMs = (header: string | readonly string[] | undefined, now: number): number | null => {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim();
  if (text === undefined) return null;
  const ms = /^\d{1,10}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
};
