/**
 * Completes package-lock.json so that `npm ci` accepts it on every machine.
 *
 * Packages with native code name one optional dependency per platform. A registry mirror need not carry all of them;
 * npm leaves those it could not see out of the lock, and `npm ci` then refuses the lock as out of date. An entry with
 * a version and the platform it is for is enough for npm: it skips it elsewhere, and fetches it where it applies.
 *
 * Also drops download addresses, so that the lock names no registry.
 *
 * Usage: node scripts/complete-lock.mjs [--check] [package-lock.json]
 */
import { readFileSync, writeFileSync } from 'node:fs';

const args = process.argv.slice(2);
const check = args.includes('--check');
const file = args.find((arg) => !arg.startsWith('--')) ?? 'package-lock.json';

const SYSTEMS = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  sunos: 'sunos',
  win32: 'win32',
};
const PROCESSORS = {
  arm: 'arm',
  armv7: 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  loong64: 'loong64',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  wasm32: 'wasm32',
  x64: 'x64',
};

/** `@swc/core-linux-arm-gnueabihf` is for os linux, cpu arm. Undefined when the name does not say. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = words.map((word) => SYSTEMS[word]).find(Boolean);
  const cpu = words.map((word) => PROCESSORS[word]).find(Boolean);
  return os && cpu ? { os: [os], cpu: [cpu] } : undefined;
}

/** Where node would look for `name` from the package at `from`, nearest first. */
function* places(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    yield at ? `${at}/node_modules/${name}` : `node_modules/${name}`;
    if (!at) return;
  }
}

const text = readFileSync(file, 'utf8');
const lock = JSON.parse(text);
const packages = lock.packages;
const added = [];

for (const [path, entry] of Object.entries(packages)) {
  delete entry.resolved;
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if ([...places(path, name)].some((place) => place in packages)) continue;
    const platform = platformOf(name);
    if (!platform) throw new Error(`${path}: cannot tell the platform of the optional dependency ${name}`);
    if (!/^\d+\.\d+\.\d+/.test(range)) throw new Error(`${path}: ${name}@${range} is not one exact version`);
    packages[`node_modules/${name}`] = {
      version: range,
      ...platform,
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
    };
    added.push(`${name}@${range}`);
  }
}

// npm's own order, so that the next `npm install` does not reshuffle the file.
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
const completed = `${JSON.stringify(lock, null, 2)}\n`;

if (completed === text) {
  console.log(`${file}: complete`);
} else if (check) {
  console.error(`${file}: run "node scripts/complete-lock.mjs" (${added.length} platform packages missing)`);
  process.exitCode = 1;
} else {
  writeFileSync(file, completed);
  console.log(`${file}: ${added.length} platform packages added`);
}
