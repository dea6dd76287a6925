import type { ReleaseRange } from '../catalogue/release-range.js';

/** `8.0.1 and later of 8.0, 8.1 and later`. */
export const releaseWords = (range: ReleaseRange): string => range.map(partWords).join(', ');

const partWords = (part: ReleaseRange[number]): string => {
  if ('series' in part) {
    const { series, from, to } = part;
    if (from === undefined && to === undefined) return series;
    if (from === undefined) return `${series} up to ${to ?? ''}`;
    if (to === undefined) return `${from} and later of ${series}`;
    return from === to ? from : `${from} to ${to}`;
  }
  const { fromSeries, toSeries } = part;
  if (fromSeries === undefined) return toSeries === undefined ? 'every release' : `up to ${toSeries}`;
  if (toSeries === undefined) return `${fromSeries} and later`;
  return fromSeries === toSeries ? fromSeries : `${fromSeries} to ${toSeries}`;
};
