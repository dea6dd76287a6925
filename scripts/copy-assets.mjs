/**
 * Copies what the program reads at run time, and tsc does not write, from src to dist: data files and plain
 * JavaScript. Specs, `fixtures` folders and the hooks that run TypeScript are for tests and stay behind.
 */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

const SUFFIXES = new Set(
  '.json .jsonl .yaml .yml .xml .txt .log .md .html .css .svg .sql .graphql .js .mjs'.split(' '),
);

const names = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && SUFFIXES.has(extname(entry.name)))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((name) => !/[/\\]fixtures[/\\]|\.spec\.|[/\\]typescript-hooks\.mjs$/.test(name));

for (const name of names) {
  const target = join('dist', name.slice('src/'.length));
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(name, target);
}
console.log(`${names.length} assets copied`);
