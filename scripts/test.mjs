/**
 * Runs the steps of `npm test` (or, with --check, those of `npm run check`) and ends with `N passed, N failed`,
 * counted over all tests. A step that is no test run counts as one failed test when it fails. Later steps run anyway:
 * one run shows all that is wrong.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runWatched } from './steps/run-watched.mjs';

const CACHE = 'node_modules/.cache/hopledger-test';
/** The slowest suite takes a minute; one that fetches hosts for the libvirt lab, some more. */
const STILL_MS = 15 * 60_000;
const END_MS = 30_000;
const bin = (name) => join('node_modules', '.bin', name);
const node = process.execPath;

const quick = [
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  [
    'lint and layers',
    bin('eslint'),
    ['--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.cache/eslint/', '.'],
  ],
  ['types', bin('tsc'), ['-p', '.', '--noEmit']],
  ['generated files', node, ['scripts/generate-schema-types.mjs', '--check']],
  ['lock', node, ['scripts/complete-lock.mjs', '--check']],
  ['hygiene', node, ['scripts/check-hygiene.mjs']],
  ['lint rules', node, ['--test', '--test-reporter=tap', ...specsOfScripts()], 'tap'],
  ['unit and contract', ...jest('unit', ['src', 'test/contract'])],
];
const build = [['build', 'npm', ['run', '--silent', 'build']]];
/**
 * One suite at a time: they start servers, kill them and measure time. In a worker, not in band: Jest replaces a worker that
 * has grown, and one process for all of them grew to Node's limit of 4 GB. A folder a step: one that is stuck ends no other.
 */
const slow = (name, folder) => jest(name, [`test/${folder}`], ['--maxWorkers=1']);
const whole = [
  ...others().map((name) => [name, ...slow(name, name)]),
  ['e2e on EventStoreDB', ...slow('e2e-eventstoredb', 'e2e'), { HOPLEDGER_TEST_LEDGER: 'eventstoredb' }],
];

const steps = process.argv.includes('--check') ? quick : [...build, ...quick, ...whole];

function specsOfScripts() {
  return readdirSync('scripts', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.mjs'))
    .map((name) => join('scripts', name));
}

/** Every folder of test/ that the quick steps do not run. */
function others() {
  if (!existsSync('test')) return [];
  return readdirSync('test', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'contract' && holdsSpecs(`test/${entry.name}`))
    .map((entry) => entry.name);
}

function holdsSpecs(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) => name.endsWith('.spec.ts'));
}

/** By folder (`--roots`), not by pattern: a pattern `src` matches everything in a clone below /usr/src. */
function jest(name, folders, options = []) {
  const roots = folders.filter((folder) => existsSync(folder)).map((folder) => `--roots=<rootDir>/${folder}`);
  const args = [
    '--ci',
    '--json',
    `--outputFile=${CACHE}/${name}.json`,
    '--passWithNoTests',
    '--reporters=default',
    '--reporters=<rootDir>/scripts/steps/running-suite.mjs',
    ...roots,
    ...options,
  ];
  return [node, ['node_modules/jest/bin/jest.js', ...args], name];
}

/** Where a test run writes which suite it is at. */
function progressOf(name) {
  return `${CACHE}/${name}.running`;
}

/** @returns what the step printed (for TAP), and whether it succeeded */
function run(command, args, kind, more) {
  // Nest 12 is ESM only, and Jest runs ESM only with this flag.
  const flags = '--experimental-vm-modules --disable-warning=ExperimentalWarning';
  const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} ${flags}`;
  const running = kind === undefined ? {} : { HOPLEDGER_TEST_RUNNING: progressOf(kind) };
  // Jest's --json also prints the whole result on stdout; its readable report is on stderr.
  return runWatched(command, args, {
    env: { ...process.env, ...more, NODE_OPTIONS, ...running },
    quiet: kind !== undefined,
    progress: progressOf(kind),
    stillMs: STILL_MS,
    endMs: END_MS,
  });
}

/** Passed and failed of a test step; a suite that could not even start counts as one failed test. */
function counted(kind, output) {
  if (kind === 'tap') {
    const count = (word) => Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(output)?.[1] ?? 0);
    if (count('fail') > 0) console.log(output);
    return { passed: count('pass'), failed: count('fail') };
  }
  const result = JSON.parse(readFileSync(`${CACHE}/${kind}.json`, 'utf8'));
  return { passed: result.numPassedTests, failed: result.numFailedTests + result.numRuntimeErrorTestSuites };
}

rmSync(CACHE, { recursive: true, force: true });
mkdirSync(CACHE, { recursive: true });
const total = { passed: 0, failed: 0 };
const broken = [];
const began = performance.now();

for (const [title, command, args, kind, more] of steps) {
  console.log(`▶ ${title}`);
  const started = performance.now();
  const { ok, output, ended } = await run(command, args, kind, more);
  let count = { passed: 0, failed: 0 };
  if (ended !== undefined) console.log(`ended: ${ended}`);
  if (kind !== undefined) {
    try {
      count = counted(kind, output);
    } catch {
      console.log(output); // it died before it could write its result
    }
  }
  if (!ok && count.failed === 0) count.failed = 1;
  total.passed += count.passed;
  total.failed += count.failed;
  if (!ok) broken.push(title);
  const tests = kind === undefined ? '' : `, ${count.passed} passed, ${count.failed} failed`;
  console.log(`${ok ? '✔' : '✘'} ${title} (${((performance.now() - started) / 1000).toFixed(1)} s${tests})`);
}

console.log(
  `\n${((performance.now() - began) / 1000).toFixed(0)} s${broken.length > 0 ? `; failed: ${broken.join(', ')}` : ''}`,
);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
