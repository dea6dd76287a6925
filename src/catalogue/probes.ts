import { compareDotted, parseVersion, seriesOf } from '../domain/qemu/version.js';
import type { ReleaseRange } from '../domain/catalogue/release-range.js';

/** Releases from 50 on are development versions: the highest that a series can have. */
const LAST_OF_SERIES = 49;
/** Stands for all that is still to come. */
const FUTURE = 999;

const unique = (texts: Iterable<string>): readonly string[] => [...new Set(texts)];

const neighbour = (version: string, by: 1 | -1): string | null => {
  const parsed = parseVersion(version);
  if (parsed === null || parsed.micro + by < 0) return null;
  return `${seriesOf(parsed)}.${parsed.micro + by}`;
};

/** The releases at the edges that a range names, and right beside them. */
const edgesOf = (range: ReleaseRange): readonly string[] =>
  range.flatMap((part) => {
    if (!('series' in part))
      return [part.fromSeries, part.toSeries].flatMap((name) => (name === undefined ? [] : `${name}.0`));
    const { from, to, series } = part;
    return [
      `${series}.0`,
      ...(from === undefined ? [] : [from, neighbour(from, -1)]),
      ...(to === undefined ? [] : [to, neighbour(to, 1)]),
    ].flatMap((version) => version ?? []);
  });

/**
 * Releases on which to try whether something is said for all of them: the known ones, a later point release of each
 * series, one of a series to come, and the edges of the ranges at hand.
 */
export const releaseProbes = (
  known: readonly string[],
  ranges: readonly ReleaseRange[],
): readonly string[] => {
  const releases = unique([...known, ...ranges.flatMap(edgesOf)]).filter(
    (version) => parseVersion(version) !== null,
  );
  const series = unique(releases.map((version) => version.split('.').slice(0, 2).join('.')));
  return unique([
    ...releases,
    ...series.map((name) => `${name}.${LAST_OF_SERIES}`),
    `${FUTURE}.0.0`,
  ]).toSorted(compareDotted);
};

/** Machine versions, likewise. */
export const machineVersionProbes = (known: Iterable<string>): readonly string[] =>
  unique([...known, '0.10', `${FUTURE}.0`]).toSorted(compareDotted);
