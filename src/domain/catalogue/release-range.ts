import { compareDotted, isDevelopment, parseVersion, seriesOf } from '../qemu/version.js';

/**
 * A set of releases as a list of parts, each within one series or over whole series.
 * Never one threshold over all versions: a fix lands per series (8.2.5 has it, 9.0.0 has not).
 */
export type ReleasePart =
  | { readonly series: string; readonly from?: string | undefined; readonly to?: string | undefined }
  | { readonly fromSeries?: string | undefined; readonly toSeries?: string | undefined };

export type ReleaseRange = readonly ReleasePart[];

const inPart = (part: ReleasePart, version: string, series: string): boolean => {
  if ('series' in part) {
    return (
      part.series === series &&
      (part.from === undefined || compareDotted(version, part.from) >= 0) &&
      (part.to === undefined || compareDotted(version, part.to) <= 0)
    );
  }
  return (
    (part.fromSeries === undefined || compareDotted(series, part.fromSeries) >= 0) &&
    (part.toSeries === undefined || compareDotted(series, part.toSeries) <= 0)
  );
};

/** Whether a release (`8.0.1`) lies in the range; null when the version cannot be placed (unreadable, development build). */
export const inReleases = (range: ReleaseRange, version: string): boolean | null => {
  const parsed = parseVersion(version);
  if (parsed === null || isDevelopment(parsed)) return null;
  return range.some((part) => inPart(part, version, seriesOf(parsed)));
};

/** Whether any release of a series, or of a later one, is in the range. */
export const reachesSeries = (range: ReleaseRange, series: string): boolean =>
  range.some((part) =>
    'series' in part
      ? compareDotted(part.series, series) >= 0
      : part.toSeries === undefined || compareDotted(part.toSeries, series) >= 0,
  );
