/** Builds when the build is missing or older than the source, then plays the demo in this process. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const demo = resolve('dist/demo/main.js');

function newest(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((time, entry) => Math.max(time, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);
}

if (!existsSync(demo) || newest('src') > statSync(demo).mtimeMs) {
  console.error('building…');
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
process.argv[1] = demo;
await import(pathToFileURL(demo).href);
