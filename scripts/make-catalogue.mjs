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
const write = (name, comment, lines) => {
  const head = comment.trim().split('\n').map((line) => `# ${line}`.trimEnd());
  writeFileSync(join('src/catalogue/data', name), [...head, ...lines, ''].join('\n'));
  console.log(`${name}: ${lines.length} lines`);
};

/** Quoted wherever YAML would read it as anything but text; a comma or a bracket would end a flow scalar. */
const scalar = (text) =>
  /^[A-Za-z][\w./+-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : /^\d+\.\d+\.\d+(?:\.\d+)?$/.test(text)
      ? text
      : `'${text.replaceAll("'", "''")}'`;
const list = (texts) => `[${texts.map(scalar).join(', ')}]`;
const row = (fields) =>
  `{ ${Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${key}: ${Array.isArray(value) ? list(value) : scalar(value)}`)
    .join(', ')} }`;
const seriesOf = (version) => version.split('.').slice(0, 2).join('.');
const check = (holds, message) => {
  if (!holds) throw new Error(message);
};

const releases = read('releases.json');
const versions = Object.keys(releases);

write(
  'releases.yaml',
  `The upstream releases whose source was read for the pins and machine types beside this file.
Point releases that came after the newest one of their series here were not read; hopledger takes the nearest
lower one of the series for them. Four commits are rebased copies of the tagged ones.`,
  ['releases:', ...versions.map((version) => `  - ${row({ version, date: `${releases[version].date}` }).replace(/'(\d{4}-\d\d-\d\d)'/, '$1')}`)],
);

/** Until 1.3 the type was plain \`pc-1.3\`; the raw facts give it its later family name (hw/i386/pc_piix.c). */
const machineName = (name) => name.replace(/^pc-i440fx-(0\.\d+|1\.[0-3])$/, 'pc-$1');
const machines = read('machines.json').rows.map((raw) => {
  check(raw.gone_in === null || /^\d+\.\d+\.0$/.test(raw.gone_in), `${raw.machine}: gone within a series`);
  return {
    name: machineName(raw.machine),
    firstRelease: raw.first_release,
    goneIn: raw.gone_in === null ? null : seriesOf(raw.gone_in),
    deprecatedFrom: raw.policy_deprecated_from,
    removedIn: raw.policy_removed_in,
  };
});
write(
  'machine-types.yaml',
  `Upstream's versioned machine types of x86 (pc, q35), arm (virt), ppc (pseries), s390x and m68k.
firstRelease 2.4.0 means 2.4.0 or earlier: nothing older was read. goneIn is the first series read without the type.
deprecatedFrom and removedIn follow from QEMU's rule (deprecated after three years, unregistered after six), which is
in force since 10.1; types that were gone before then left earlier than the rule says. Not listed: pseries, virt and
s390-ccw-virtio before 2.6 to 2.8, all unversioned machines, and all that distributions add.`,
  ['machineTypes:', ...machines.map((machine) => `  - ${row(machine)}`)],
);

const FAMILIES = { 'virt (arm)': ['virt'], 'pc-i440fx': ['pc-i440fx'] };
const familyNames = (scope) => scope.flatMap((name) => FAMILIES[name] ?? [name]);
/** A row whose value changed while it stayed in its array becomes one row per value. */
const spans = (raw) => {
  const history = raw.value_history ?? [[raw.first_release, raw.value]];
  return history.map(([first, value], i) => {
    const next = history[i + 1]?.[0];
    const last = next === undefined ? raw.last_release : versions[versions.indexOf(next) - 1];
    // Absence before the first release is what the first release says.
    const holes = (raw.absent_in ?? []).filter((release) => versions.indexOf(release) > versions.indexOf(first));
    return { value, firstRelease: first, lastRelease: last, absentIn: holes.length > 0 ? holes : null };
  });
};

const arrays = Map.groupBy
  ? Map.groupBy(read('compat-props.json').rows, ({ array }) => array)
  : read('compat-props.json').rows.reduce((map, raw) => map.set(raw.array, [...(map.get(raw.array) ?? []), raw]), new Map());
const pinLines = [...arrays].flatMap(([array, rows]) => {
  const [{ applies_to_machine_versions_up_to: upTo }] = rows;
  const scopes = new Set(rows.map(({ scope }) => JSON.stringify(scope)));
  const pinRow = (raw) =>
    spans(raw).map((span) =>
      row({ qomType: raw.qom_type, property: raw.property, ...span, commit: raw.added_by?.hash }),
    );
  // Rows of one array can be about different boards: then the array is listed once per set of boards.
  return [...scopes].flatMap((scope) => [
    `  - array: ${array}`,
    ...(upTo === null ? [] : [`    upToMachineVersion: '${upTo}'`]),
    `    families: ${list(familyNames(JSON.parse(scope)))}`,
    '    pins:',
    ...rows.filter((raw) => JSON.stringify(raw.scope) === scope).flatMap(pinRow).map((text) => `      - ${text}`),
  ]);
});
write(
  'pins.yaml',
  `Compat properties: the value that QEMU's machine types up to a version give a property, array by array.
Read from QEMU's source at the releases of releases.yaml; booleans are written on and off throughout. Compared once
with a real 7.2.22: of 2776 values on 44 machine types 8 differ, all of them virtio-gpu-pci's disable-legacy and
disable-modern on types up to 2.6, which that device sets itself.
firstRelease 2.4.0 means 2.4.0 or earlier. lastRelease is left out where the newest release read has the row.
absentIn lists the releases between the two, in the order of their versions, that have the array and not the row.
No upToMachineVersion: all versions of the families. commit is the one that added the row, found by a search of the
history, on the main branch: a point release has a cherry-pick with another hash. Without one it was not found.
Rows say what a machine type sets, not that the property has an effect on a given device.`,
  ['arrays:', ...pinLines],
);
