/**
 * Writes what device types and properties real QEMU binaries have, from what they answered over QMP:
 *
 *     node scripts/make-device-types.mjs <folder of dumps> [PROBE.json ...]
 *
 * A dump is a folder of answers to single commands; a probe is what `hopledger probe` printed, and takes the place of
 * the dump of the same build. The file written is the source of truth from then on.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { deriveTypes } from './device-types/derive.mjs';
import { writeKnobs } from './device-types/knobs.mjs';
import { write } from './device-types/write.mjs';

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

writeKnobs(join(folder, '../catalogue'), builds);
