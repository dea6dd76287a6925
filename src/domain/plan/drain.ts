import type { Verdict } from '../vm/events.js';
import type { AlikeDestinations } from './destination-class.js';
import { byRank, isPassable, type Ranked } from './rank.js';

/** Destinations of one class, and what a guest meets there. */
export interface Option<V extends Ranked = Ranked> {
  readonly to: AlikeDestinations;
  readonly found: V;
}

/** Where a guest can go from a host that is to be emptied. */
export interface WayOut<V extends Ranked = Ranked> {
  /** Best first. */
  readonly options: readonly Option<V>[];
  /** Of the best; null: there is no other host. */
  readonly best: Verdict | null;
  /** No destination is known to take it. */
  readonly stuck: boolean;
  /** Every destination refuses it: only a power-off and a boot elsewhere gets it off the host. */
  readonly needsColdBoot: boolean;
}

export const wayOutOf = <V extends Ranked>(options: readonly Option<V>[]): WayOut<V> => {
  const sorted = [...options].sort((a, b) => byRank(a.found, b.found));
  const best = sorted[0]?.found.verdict ?? null;
  return {
    options: sorted,
    best,
    stuck: best === null || !isPassable(best),
    needsColdBoot: best === 'BLOCKED',
  };
};
