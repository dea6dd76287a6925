import { instantOf, SKEW_WORTH_CORRECTING_MS } from './instant.js';
import type { EventMetadata } from './envelope.js';

interface Dated {
  readonly id: string;
  readonly metadata: EventMetadata;
}

/**
 * When each event of one host happened, by id. A skew is measured with every report and differs by what the network
 * took; corrected one by one, two hooks 20 ms apart could change places. So measurements that lie close together
 * are taken for one skew, and the host's own order is kept.
 */
export const hostInstants = (events: readonly Dated[]): ReadonlyMap<string, number> => {
  const skews = distinctSkews(events);
  return new Map(
    events.map(({ id, metadata }) => {
      const { clockSkewMs } = metadata;
      const skew = clockSkewMs === null ? null : nearest(skews, clockSkewMs);
      return [id, instantOf({ ...metadata, clockSkewMs: skew })];
    }),
  );
};

/** The skews that a host had; nought is always one. The earliest measurement stands for those close to it. */
const distinctSkews = (events: readonly Dated[]): readonly number[] => {
  const measured = events
    .flatMap(({ id, metadata }) =>
      metadata.clockSkewMs === null
        ? []
        : { id, claimed: Date.parse(metadata.occurredAt), skew: metadata.clockSkewMs },
    )
    .sort((a, b) => a.claimed - b.claimed || (a.id < b.id ? -1 : 1));
  const skews = [0];
  for (const { skew } of measured) {
    if (skews.every((known) => Math.abs(known - skew) >= SKEW_WORTH_CORRECTING_MS)) skews.push(skew);
  }
  return skews;
};

const nearest = (skews: readonly number[], skew: number): number =>
  skews.reduce((best, other) => (Math.abs(other - skew) < Math.abs(best - skew) ? other : best), 0);
