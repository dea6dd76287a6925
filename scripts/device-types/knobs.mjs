import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { list, row } from './write.mjs';

const ABOUT = `Properties that have a pin: from which release to which QEMU defines them, read from the source at the releases of
releases.json by a scan of its text. firstRelease 2.4.0 means 2.4.0 or earlier; without lastRelease the newest one has it.
definedIn says how much the range is worth: own-file, in a file named after the type, and one-file, in one file of
the whole tree: both ends hold. several-files and name-only: before and after it nothing in the tree has the name;
within it another type may be meant. Where a pin is there before or after the scan found the property, the pin counts.
Held against the binaries of device-types.json: where one has the property after the last release found, the end is
left out (the source writes the name in another way since); where one lacks it within the range, the row is.`;

const HOW = { 'defined in a file named after the type': 'own-file', 'by-name-only': 'name-only' };
const compare = (a, b) => a.localeCompare(b, 'en', { numeric: true });
const seriesOf = (version) => version.split('.').slice(0, 2).join('.');
const earlier = (a, b) => (compare(a, b) < 0 ? a : b);
/** Null: no end. */
const later = (a, b) => (a === null || b === null ? null : compare(a, b) > 0 ? a : b);

/** The range of one property, over all rows that pin it. */
const rangesOf = (rows) => {
  const knobs = new Map();
  for (const {
    qom_type: qomType,
    property,
    first_release: pinnedFrom,
    last_release: pinnedTo,
    knob,
  } of rows) {
    const key = `${qomType} ${property}`;
    const before = knobs.get(key);
    knobs.set(key, {
      qomType,
      property,
      firstRelease: earlier(before?.firstRelease ?? knob.first_release, pinnedFrom),
      lastRelease: later(before === undefined ? knob.last_release : before.lastRelease, pinnedTo),
      definedIn: HOW[knob.how] ?? (knob.files.length === 1 ? 'one-file' : 'several-files'),
    });
  }
  return [...knobs.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, knob]) => knob);
};

const isConclusive = ({ definedIn }) => definedIn === 'own-file' || definedIn === 'one-file';

/** As binaries that were asked bear it out; null when one of them says otherwise. */
const borneOut = (knob, builds) => {
  const asked = builds.flatMap(({ version, properties }) => {
    const all = properties.get(knob.qomType);
    return all === undefined ? [] : [{ version, has: all.includes(knob.property) }];
  });
  // Within a series nothing goes; its later point releases were not read.
  const isAfter = ({ version }) =>
    knob.lastRelease !== null && compare(seriesOf(version), seriesOf(knob.lastRelease)) > 0;
  const isWithin = (build) => compare(build.version, knob.firstRelease) >= 0 && !isAfter(build);
  if (asked.some((build) => build.has && isAfter(build))) return { ...knob, lastRelease: null };
  const isMissed = asked.some((build) => !build.has && isWithin(build));
  return isConclusive(knob) && isMissed ? null : knob;
};

/** @param folder raw facts read from the source */
export const writeKnobs = (folder, builds) => {
  const { rows } = JSON.parse(readFileSync(join(folder, 'compat-props.json'), 'utf8'));
  const knobs = rangesOf(rows).flatMap((knob) => borneOut(knob, builds) ?? []);
  const about = ABOUT.split('\n').map((line) => JSON.stringify(line));
  const text = ['{', `${list('about', about, '  ')},`, list('knobs', knobs.map(row), '  '), '}', ''].join(
    '\n',
  );
  JSON.parse(text);
  writeFileSync('src/catalogue/data/knobs.json', text);
  console.log(`knobs.json: ${knobs.length} properties, ${text.length} bytes`);
};
