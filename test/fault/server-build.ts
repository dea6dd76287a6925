import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SRC = join(ROOT, 'src');
/** Below node_modules, so that packages are found from there, and no other run's `dist` is taken away. */
const CACHE = join(ROOT, 'node_modules/.cache/hopledger-fault');

/**
 * The compiled program: `dist` when no source is newer, else a build of its own.
 * @returns the path of its `main.js`
 * @throws Error with the compiler's words when the sources do not compile
 */
export const builtServer = async (): Promise<string> => {
  const newest = newestSourceMs();
  const fresh = [ROOT, CACHE]
    .map((root) => join(root, 'dist/main.js'))
    .find((main) => existsSync(main) && statSync(main).mtimeMs > newest);
  return fresh ?? build();
};

const build = async (): Promise<string> => {
  const dist = join(CACHE, 'dist');
  mkdirSync(CACHE, { recursive: true });
  for (const name of ['package.json', 'schema.graphql']) cpSync(join(ROOT, name), join(CACHE, name));
  // What is read at run time and tsc does not write.
  cpSync(SRC, dist, { recursive: true, filter: (name) => !name.endsWith('.ts') });
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', dist], {
    cwd: ROOT,
  });
  return join(dist, 'main.js');
};

const newestSourceMs = (): number =>
  readdirSync(SRC, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .reduce((newest, entry) => Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);
