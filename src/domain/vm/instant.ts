import type { EventMetadata } from './envelope.js';

/**
 * Below this a measured skew says more about the network than about the clock, and correcting by it would
 * make the order depend on when a report was delivered.
 */
export const SKEW_WORTH_CORRECTING_MS = 2_000;

/** When it happened, milliseconds since the epoch, the host's clock corrected by its measured skew. */
export const instantOf = (metadata: EventMetadata): number => {
  const claimed = Date.parse(metadata.occurredAt);
  const skew = metadata.clockSkewMs;
  return skew !== null && Math.abs(skew) >= SKEW_WORTH_CORRECTING_MS ? claimed - skew : claimed;
};
