import type { Catalogue } from '../catalogue/catalogue.js';
import { machineTypeEnd } from '../catalogue/machine-type-lookup.js';
import { compareDotted, parseVersion, seriesOf } from '../qemu/version.js';

/** How many series from the newest that was read on are soon: a year is three. */
const SOON = 2;

/** What a guest born now should know of its machine type's end; null: nothing yet. */
export const machineTypeEndText = (
  catalogue: Catalogue,
  machineType: string,
  version: string,
): string | null => {
  const end = machineTypeEnd(catalogue, machineType);
  const parsed = parseVersion(version);
  if (end === null) return null;
  const { deprecatedFrom, removedIn } = end;
  if (deprecatedFrom !== null && parsed !== null && compareDotted(seriesOf(parsed), deprecatedFrom) >= 0)
    return `${machineType} is deprecated from ${deprecatedFrom}, gone in ${removedIn ?? 'a later release'}`;
  const newest = newestSeries(catalogue);
  if (removedIn === null || newest === null) return null;
  if (compareDotted(removedIn, newest) <= 0)
    return `${machineType} is gone in ${removedIn}: the guest cannot go there without a cold boot`;
  return compareDotted(removedIn, later(newest, SOON)) > 0
    ? null
    : `${machineType} will be gone in ${removedIn}; the newest QEMU known is ${newest}`;
};

const newestSeries = ({ releases }: Catalogue): string | null =>
  releases
    .flatMap(({ version }) => parseVersion(version) ?? [])
    .map(seriesOf)
    .reduce<string | null>((a, b) => (a === null || compareDotted(b, a) > 0 ? b : a), null);

/** QEMU has three series a year: 11.0, 11.1, 11.2, then 12.0. */
const later = (series: string, by: number): string => {
  const [major = 0, minor = 0] = series.split('.').map(Number);
  return `${major + Math.floor((minor + by) / 3)}.${(minor + by) % 3}`;
};
