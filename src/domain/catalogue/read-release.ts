import { compareDotted, isDevelopment, parseVersion, seriesOf } from '../qemu/version.js';
import type { Catalogue } from './catalogue.js';

/**
 * The release whose source stands for a version: itself when it was read, else the nearest lower one of its series
 * (10.0.13 → 10.0.3), whose facts are then assumed. Null when its series was not read at all, or for a development
 * build: then pins say nothing about it, and their absence means nothing.
 */
export const readReleaseFor = (catalogue: Pick<Catalogue, 'releases'>, version: string): string | null => {
  const parsed = parseVersion(version);
  if (parsed === null || isDevelopment(parsed)) return null;
  const series = seriesOf(parsed);
  const full = version.trim().split('.').length < 3 ? `${series}.0` : version.trim();
  let nearest: string | null = null;
  for (const { version: read } of catalogue.releases) {
    const release = parseVersion(read);
    if (release === null || seriesOf(release) !== series || compareDotted(read, full) > 0) continue;
    if (nearest === null || compareDotted(read, nearest) > 0) nearest = read;
  }
  return nearest;
};
