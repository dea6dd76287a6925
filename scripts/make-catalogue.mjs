/**
 * Writes the facts of the catalogue (releases, machine types, pins) from what was read out of QEMU's source:
 *
 *     node scripts/make-catalogue.mjs <folder with releases.json, machines.json and compat-props.json>
 *
 * The files written are the source of truth from then on; run it again only for a new reading of QEMU.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node scripts/make-catalogue.mjs <folder with the raw facts>');
  process.exit(64);
}
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
/** One row a line, so that a change of one fact is a change of one line. What the facts rest on comes first. */
const write = (name, about, body) => {
  const head = about
    .trim()
    .split('\n')
    .map((line) => `    ${JSON.stringify(line)}`);
  const text = ['{', '  "about": [', head.join(',\n'), '  ],', body, '}', ''].join('\n');
  JSON.parse(text);
  writeFileSync(join('src/catalogue/data', name), text);
  console.log(`${name}: ${text.split('\n').length} lines`);
};
/** An object on one line; what is null is left out. */
const row = (fields) => {
  const known = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return `{ ${known.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(', ')} }`;
};
const rows = (key, lines, indent) =>
  [`${indent}"${key}": [`, lines.map((line) => `${indent}  ${line}`).join(',\n'), `${indent}]`].join('\n');
const seriesOf = (version) => version.split('.').slice(0, 2).join('.');
const check = (holds, message) => {
  if (!holds) throw new Error(message);
};

const releases = read('releases.json');
const versions = Object.keys(releases);

write(
  'releases.json',
  `The upstream releases whose source was read for the pins and machine types beside this file.
Point releases that came after the newest one of their series here were not read; hopledger takes the nearest
lower one of the series for them. Four commits are rebased copies of the tagged ones.`,
  rows(
    'releases',
    versions.map((version) => row({ version, date: releases[version].date })),
    '  ',
  ),
);

/** Until 1.3 the type was plain \`pc-1.3\`; the raw facts give it its later family name (hw/i386/pc_piix.c). */
const machineName = (name) => name.replace(/^pc-i440fx-(0\.\d+|1\.[0-3])$/, 'pc-$1');
const machines = read('machines.json').rows.map((raw) => {
  check(raw.gone_in === null || /^\d+\.\d+\.0$/.test(raw.gone_in), `${raw.machine}: gone within a series`);
  const goneIn = raw.gone_in === null ? null : seriesOf(raw.gone_in);
  // What was seen outranks what the rule says: the oldest types left before there was a rule.
  const byRule = goneIn === null || goneIn === raw.policy_removed_in;
  return {
    name: machineName(raw.machine),
    firstRelease: raw.first_release,
    goneIn,
    deprecatedFrom: byRule ? raw.policy_deprecated_from : null,
    removedIn: goneIn ?? raw.policy_removed_in,
  };
});
write(
  'machine-types.json',
  `Upstream's versioned machine types of x86 (pc, q35), arm (virt), ppc (pseries), s390x and m68k.
firstRelease 2.4.0 means 2.4.0 or earlier: nothing older was read. goneIn is the first series read without the type.
removedIn is goneIn where that was seen, else it and deprecatedFrom follow from QEMU's rule (deprecated after three
years, unregistered after six), in force since 10.1. Types of pseries, virt and s390-ccw-virtio were not looked for
before 2.6 to 2.8: an older one may have been there earlier than its firstRelease. Not listed: unversioned machines,
and all that distributions add.`,
  rows('machineTypes', machines.map(row), '  '),
);

const FAMILIES = { 'virt (arm)': ['virt'], 'pc-i440fx': ['pc-i440fx', 'pc'] };
const familyNames = (scope) => scope.flatMap((name) => FAMILIES[name] ?? [name]);
/** A row whose value changed while it stayed in its array becomes one row per value. */
const spans = (raw) => {
  const history = raw.value_history ?? [[raw.first_release, raw.value]];
  return history.map(([first, value], i) => {
    const next = history[i + 1]?.[0];
    const last = next === undefined ? raw.last_release : versions[versions.indexOf(next) - 1];
    // Absence before the first release is what the first release says.
    const holes = (raw.absent_in ?? []).filter(
      (release) => versions.indexOf(release) > versions.indexOf(first),
    );
    return { value, firstRelease: first, lastRelease: last, absentIn: holes.length > 0 ? holes : null };
  });
};

/** An array as QEMU has it; its rows agree on what it covers. */
const arrays = new Map();
for (const raw of read('compat-props.json').rows) {
  const array = arrays.get(raw.array) ?? {
    upTo: raw.applies_to_machine_versions_up_to,
    scope: raw.scope,
    pins: [],
  };
  check(array.upTo === raw.applies_to_machine_versions_up_to, `${raw.array}: rows differ in version`);
  check(`${array.scope}` === `${raw.scope}`, `${raw.array}: rows differ in scope`);
  for (const span of spans(raw)) {
    array.pins.push(
      row({ qomType: raw.qom_type, property: raw.property, ...span, commit: raw.added_by?.hash }),
    );
  }
  arrays.set(raw.array, array);
}
const arrayText = ([array, { upTo, scope, pins }]) =>
  [
    '    {',
    `      "array": ${JSON.stringify(array)},`,
    ...(upTo === null ? [] : [`      "upToMachineVersion": ${JSON.stringify(upTo)},`]),
    `      "families": ${JSON.stringify(familyNames(scope))},`,
    rows('pins', pins, '      '),
    '    }',
  ].join('\n');
write(
  'pins.json',
  `Compat properties: the value that QEMU's machine types up to a version give a property, array by array.
Read from QEMU's source at the releases of releases.json; booleans are written on and off throughout. Compared once
with a real 7.2.22: of 2776 values on 44 machine types 8 differ, all of them virtio-gpu-pci's disable-legacy and
disable-modern on types up to 2.6, which that device sets itself.
firstRelease 2.4.0 means 2.4.0 or earlier. lastRelease is left out where the newest release read has the row.
absentIn lists the releases between the two, in the order of their versions, that have the array and not the row.
No upToMachineVersion: all versions of the families. commit is the one that added the row, found by a search of the
history, on the main branch: a point release has a cherry-pick with another hash. Without one it was not found.
Rows say what a machine type sets, not that the property has an effect on a given device.`,
  ['  "arrays": [', [...arrays].map(arrayText).join(',\n'), '  ]'].join('\n'),
);
