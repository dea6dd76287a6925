/**
 * Nothing in the repository may name a package registry (each machine has its own) or a path of the machine that it
 * was written on. Looks at every file that git has or would take in.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

// Written so that they do not match themselves.
const FORBIDDEN = [
  { what: 'a package registry', pattern: /\bregistry\.(npmjs|yarnpkg|npmmirror)\.[a-z]+/ },
  { what: 'a download address in a lock', pattern: /^\s*"resolved": "/m, only: /(^|\/)package-lock\.json$/ },
  { what: 'a path of one machine', pattern: /(?<![\w.~$}-])\/(work|root|home\/[a-z][\w-]*)\/[\w.]/ },
];
/** Recorded from real machines, whose paths are part of the recording. */
const RECORDED = /(^|\/)(fixtures|golden|recordings)\/|^src\/catalogue\/data\//;

const names = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
})
  .split('\0')
  .filter((name) => name !== '' && !RECORDED.test(name));

let found = 0;
for (const name of names) {
  let text;
  try {
    text = readFileSync(name, 'utf8');
  } catch {
    continue; // deleted and not yet committed
  }
  if (text.includes('\0')) continue;
  for (const { what, pattern, only } of FORBIDDEN) {
    const match = !only || only.test(name) ? pattern.exec(text) : null;
    if (!match) continue;
    const line = text.slice(0, match.index).split('\n').length;
    console.error(`${name}:${line}: ${what}: ${match[0].trim()}`);
    found += 1;
  }
}
console.log(`${names.length} files looked at, ${found} faults`);
process.exitCode = found === 0 ? 0 : 1;
