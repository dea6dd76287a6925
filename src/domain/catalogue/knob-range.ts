import { compareDotted, isDevelopment, parseVersion, seriesOf } from '../qemu/version.js';
import type { Catalogue } from './catalogue.js';
import type { KnobRange } from './device-type.js';
import type { Presence } from './interpolate.js';
import { readReleaseFor } from './read-release.js';

type Facts = Pick<Catalogue, 'releases'>;

const dateOf = ({ releases }: Facts, version: string): string | null =>
  releases.find((release) => release.version === version)?.date ?? null;

/** A point release after the newest one read of its series may have got what others got by then. */
const isRead = ({ releases }: Facts, version: string): boolean =>
  releases.some((release) => compareDotted(release.version, version) === 0);

/** In the same series from the first release on; in later ones unless the release is older than the first that has it. */
const hasCome = (facts: Facts, { firstRelease }: KnobRange, version: string): boolean | null => {
  const [first, own] = [parseVersion(firstRelease), parseVersion(version)];
  if (first === null || own === null) return null;
  if (compareDotted(version, firstRelease) < 0) return isRead(facts, version) ? false : null;
  if (seriesOf(first) === seriesOf(own) || first.micro === 0) return true;
  const release = readReleaseFor(facts, version);
  const [date, firstDate] = [release === null ? null : dateOf(facts, release), dateOf(facts, firstRelease)];
  return date !== null && firstDate !== null && date >= firstDate ? true : null;
};

const hasGone = ({ lastRelease }: KnobRange, version: string): boolean => {
  const [last, own] = [lastRelease === null ? null : parseVersion(lastRelease), parseVersion(version)];
  if (lastRelease === null || last === null || own === null) return false;
  // Nothing goes within a series; its later point releases need not have been read.
  return seriesOf(last) !== seriesOf(own) && compareDotted(version, lastRelease) > 0;
};

/** Whether a release's source defines a property, as far as its range tells ({@link KnobRange.definedIn}). */
export const inKnobRange = (facts: Facts, knob: KnobRange, version: string): Presence => {
  const parsed = parseVersion(version);
  if (parsed === null || isDevelopment(parsed)) return 'unknown';
  if (hasGone(knob, version)) return 'absent';
  const come = hasCome(facts, knob, version);
  if (come === null) return 'unknown';
  if (!come) return 'absent';
  return knob.definedIn === 'own-file' || knob.definedIn === 'one-file' ? 'present' : 'unknown';
};
