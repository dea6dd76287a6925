import type { Build } from '../qemu/build.js';
import { compareDotted, isDevelopment, parseVersion, seriesOf } from '../qemu/version.js';

export type Presence = 'present' | 'absent' | 'unknown';

/** One probed build's word on something: whether it has it. */
export interface Witness {
  readonly build: Build;
  readonly has: boolean;
}

interface Dated {
  readonly series: string;
  readonly has: boolean;
}

/** Null for what is no release: it cannot be placed between others. */
const placed = (version: string): string | null => {
  const parsed = parseVersion(version);
  return parsed === null || isDevelopment(parsed) ? null : seriesOf(parsed);
};

/** All witnesses of the first series in a list. */
const firstSeries = (sorted: readonly Dated[]): readonly Dated[] =>
  sorted.filter(({ series }) => series === sorted[0]?.series);

/**
 * What probed builds say of another build, by series: things come with a new series and stay.
 * Present: a series at or below has it, and the next one that was probed has not lost it. Absent: none at or below has
 * it, a later one has, and a series from this one up to that was seen without it. Unknown in between, and wherever
 * something that was there is gone: who built that binary may have left it out.
 */
export const interpolate = (witnesses: readonly Witness[], build: Build): Presence => {
  const own = placed(build.version);
  if (own === null) return 'unknown';
  const dated = witnesses
    .flatMap(({ build: { version }, has }) => {
      const series = placed(version);
      return series === null ? [] : { series, has };
    })
    .toSorted((a, b) => compareDotted(a.series, b.series));
  const upTo = dated.filter(({ series }) => compareDotted(series, own) <= 0);
  const above = dated.filter(({ series }) => compareDotted(series, own) > 0);
  if (upTo.some(({ has }) => has)) {
    const last = firstSeries(upTo.toReversed());
    const next = last[0]?.series === own ? [] : firstSeries(above);
    return [...last, ...next].every(({ has }) => has) ? 'present' : 'unknown';
  }
  const comes = above.find(({ has }) => has)?.series;
  const seenWithout = dated.some(
    ({ series, has }) =>
      !has && comes !== undefined && compareDotted(series, own) >= 0 && compareDotted(series, comes) < 0,
  );
  return seenWithout ? 'absent' : 'unknown';
};
