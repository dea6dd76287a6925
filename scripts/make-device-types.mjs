/**
 * Writes what device types and properties real QEMU binaries have, from what they answered over QMP:
 *
 *     node scripts/make-device-types.mjs <folder of dumps> [PROBE.json ...]
 *
 * A dump is a folder of answers to single commands; a probe is what `hopledger probe` printed, and takes the place of
 * the dump of the same build. The file written is the source of truth from then on.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { deriveTypes } from './device-types/derive.mjs';
import { row, write } from './device-types/write.mjs';

const [folder, ...probeFiles] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node scripts/make-device-types.mjs <folder of dumps> [PROBE.json ...]');
  process.exit(64);
}
const json = (path) => {
  const bytes = readFileSync(path);
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
};
const versionOf = ({ qemu, package: packaged }) => ({
  version: `${qemu.major}.${qemu.minor}.${qemu.micro}`,
  package: packaged.trim() === '' ? null : packaged.trim(),
});
const names = (answer) => answer.map(({ name }) => name);

/** Lists every PCI type there is, and the properties of some. */
const readDump = (path) => {
  const { root, ...asked } = json(join(path, 'query-version.json'));
  const ended = Object.keys(json(join(path, 'x-pcie-err-unc-mask.json')).asking_ended_qemu);
  const listed = json(join(path, 'pci-types.json'))['pci-device'];
  const answers = Object.entries(json(join(path, 'device-list-properties.json.gz')));
  return {
    ...versionOf(asked['query-version']),
    covers: 'pci-device',
    // From a commit, not from a package: with the parts that the machine it was built on had.
    fewerParts: root.source !== undefined,
    types: new Map(listed.filter((type) => !ended.includes(type)).map((type) => [type, 'pci-device'])),
    inner: new Map(),
    properties: new Map(
      answers.filter(([, answer]) => Array.isArray(answer)).map(([type, answer]) => [type, names(answer)]),
    ),
  };
};

/** Lists every device type, abstract ones too, with their parents, and the properties of all that can be created. */
const readProbe = (path) => {
  const [{ probe }] = json(path).builds;
  const { build, types } = probe.facts;
  const byName = new Map(types.map((type) => [type.name, type]));
  // What types share is told with an ancestor.
  const propertiesOf = (type) =>
    type === undefined ? [] : [...names(type.properties ?? []), ...propertiesOf(byName.get(type.parent))];
  const answered = types.filter(({ abstract, properties }) => !abstract && properties !== null);
  return {
    ...build,
    covers: 'device',
    fewerParts: false,
    types: new Map(
      types
        .filter(({ name, abstract, properties }) => name !== 'device' && (abstract || properties !== null))
        .map(({ name, parent }) => [name, parent]),
    ),
    inner: new Map(types.filter(({ inner }) => inner !== null).map(({ name, inner }) => [name, inner])),
    properties: new Map(answered.map((type) => [type.name, propertiesOf(type)])),
  };
};

const probes = probeFiles.map(readProbe);
const sameBuild = (a, b) => a.version === b.version && a.package === b.package;
const dumps = readdirSync(folder).map((name) => readDump(join(folder, name)));
const byVersion = (a, b) => a.version.localeCompare(b.version, 'en', { numeric: true });
const builds = [
  ...probes,
  ...dumps.filter((dump) => !probes.some((probe) => sameBuild(probe, dump))),
].toSorted(byVersion);

write(
  'src/catalogue/data/device-types.json',
  `Device types of real QEMU binaries for x86_64, and the properties of each, as the binaries told over QMP
(qom-list-types, device-list-properties). A type is in every build but those of absentIn, of the builds whose list
covers it: all types derived from the one named as covers. A property is in every build that has the type but those of
missingIn; builds of unaskedIn were not asked for the properties of that type. What all types below an abstract one have
is told once, there; of processors only the abstract type's. parent is the QOM parent, inner the virtio device that a
virtio proxy creates, whose properties it has too. Types that no complete list has are filed under pci-device.
A build of fewerParts was built from source with fewer optional parts: that it lacks something proves nothing for
another build of the same version. Types marked optional come in packages of their own, or only with an option of the
build: no list proves that they cannot be had. All other builds are Debian's; another distribution may leave out more.`,
  builds,
  deriveTypes(builds),
);

/** The properties with a pin, each with the releases whose source defines it. */
const knobs = new Map();
const { rows } = json(join(folder, '../catalogue/compat-props.json'));
const order = Object.keys(json(join(folder, '../catalogue/releases.json')));
const HOW = { 'defined in a file named after the type': 'own-file', 'by-name-only': 'name-only' };
for (const { qom_type: qomType, property, first_release: pinnedFrom, last_release: pinnedTo, knob } of rows) {
  const key = `${qomType} ${property}`;
  const before = knobs.get(key);
  const definedIn = HOW[knob.how] ?? (knob.files.length === 1 ? 'one-file' : 'several-files');
  const later = (a, b) => (a === null || b === null ? null : order.indexOf(a) > order.indexOf(b) ? a : b);
  const earlier = (a, b) => (order.indexOf(a) < order.indexOf(b) ? a : b);
  // A pin needs its property: where the scan found it later, or no longer, it had moved to another file.
  const first = earlier(before?.firstRelease ?? knob.first_release, pinnedFrom);
  const last = later(before === undefined ? knob.last_release : before.lastRelease, pinnedTo);
  knobs.set(key, { qomType, property, firstRelease: first, lastRelease: last, definedIn });
}
const sorted = [...knobs.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, knob]) => row(knob));
const text = [
  '{',
  '  "about": [',
  [
    'Properties that have a pin: from which release to which QEMU defines them, read from the source at the releases of',
    'releases.json by a scan of its text. firstRelease 2.4.0 means 2.4.0 or earlier; without lastRelease the newest one has it.',
    'definedIn says how much the range is worth: own-file, in a file named after the type, and one-file, in one file of',
    'the whole tree: both ends hold. several-files and name-only: before and after it nothing in the tree has the name;',
    'within it another type may be meant. Where a pin is there before the scan found the property, the pin counts.',
  ]
    .map((line) => `    ${JSON.stringify(line)}`)
    .join(',\n'),
  '  ],',
  '  "knobs": [',
  sorted.map((line) => `    ${line}`).join(',\n'),
  '  ]',
  '}',
  '',
].join('\n');
writeFileSync('src/catalogue/data/knobs.json', text);
console.log(`knobs.json: ${knobs.size} properties, ${text.length} bytes`);
