/**
 * Writes test/fixtures/qemu from what real binaries answered:
 *
 *     node scripts/make-qemu-fixtures.mjs NAME=RAW.json ... [NAME=DUMP-FOLDER ...]
 *
 * RAW.json is what `hopledger probe --raw` printed; a dump folder holds answers to single commands.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const OUT = 'test/fixtures/qemu';
const json = (path) => {
  const bytes = readFileSync(path);
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
};

/** Fewer properties were asked for, and only PCI types. */
const fromDump = (folder) => ({
  version: json(join(folder, 'query-version.json'))['query-version'],
  target: { arch: 'x86_64' },
  machines: json(join(folder, 'query-machines.json.gz')),
  types: [
    { name: 'pci-device', parent: 'device', abstract: true },
    ...json(join(folder, 'pci-types.json'))['pci-device'].map((name) => ({ name, parent: 'pci-device' })),
  ],
  properties: Object.fromEntries(
    Object.entries(json(join(folder, 'device-list-properties.json.gz'))).filter(([, answer]) =>
      Array.isArray(answer),
    ),
  ),
  inner: {},
  kvm: { present: false, enabled: false },
  cpuModels: json(join(folder, 'query-cpu-definitions.json.gz')),
  hostCpu: null,
});

/** Every processor model has the same 400 properties: two of them will do. */
const KEPT_MODELS = ['max-x86_64-cpu', 'qemu64-x86_64-cpu'];
const isKept = (type) => !type.endsWith('-cpu') || KEPT_MODELS.includes(type);
const withoutProse = (property) => ({ ...property, description: undefined });
const trimmed = (answers) => ({
  ...answers,
  properties: Object.fromEntries(
    Object.entries(answers.properties)
      .filter(([type]) => isKept(type))
      .map(([type, properties]) => [type, properties.map(withoutProse)]),
  ),
});

mkdirSync(OUT, { recursive: true });
for (const argument of process.argv.slice(2)) {
  const [name, path] = argument.split('=');
  const answers = statSync(path).isDirectory() ? fromDump(path) : json(path);
  const bytes = gzipSync(JSON.stringify(trimmed(answers)), { level: 9 });
  writeFileSync(join(OUT, `${name}.json.gz`), bytes);
  console.log(`${name}: ${bytes.length} bytes`);
}
