import type { Build } from '../qemu/build.js';
import type { Acceptance, Behaviour } from './behaviour.js';
import { inReleases } from './release-range.js';

/** `unknown`: no entry says; `entry` null: the values are equal. */
export interface AcceptanceAnswer {
  readonly result: 'accept' | 'fail' | 'degrade' | 'unknown';
  readonly entry: Acceptance | null;
}

/**
 * Whether a destination takes a carried value as offered. A matrix, not equality: for `pcie-err-unc-mask`
 * carried on → offered off fails, carried off → offered on is taken.
 */
export const acceptance = (
  behaviour: Behaviour,
  carried: string,
  offered: string,
  destination: Build,
): AcceptanceAnswer => {
  for (const entry of behaviour.acceptance) {
    if (entry.carried !== carried || entry.offered !== offered) continue;
    if (entry.releases.length === 0) return { result: entry.result, entry };
    const applies = inReleases(entry.releases, destination.version);
    if (applies === null) return { result: 'unknown', entry };
    if (applies) return { result: entry.result, entry };
  }
  return { result: carried === offered ? 'accept' : 'unknown', entry: null };
};
