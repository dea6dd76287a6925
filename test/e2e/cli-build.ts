import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/**
 * The compiled command. `npm test` builds first and this finds it; run alone after an edit, it builds into a
 * directory of its own, once for each state of the source, so that nobody's `dist` changes under them.
 * @returns the path of `dist/cli/main.js`
 */
export const builtCli = (): string => {
  const newest = newestSource();
  const main = join(root, 'dist/cli/main.js');
  if (existsSync(main) && statSync(main).mtimeMs > newest && existsSync(join(root, 'dist/catalogue/data')))
    return main;
  const kept = join(tmpdir(), `hopledger-build-${Math.round(newest)}`);
  if (!existsSync(kept)) {
    const folder = mkdtempSync(join(tmpdir(), 'hopledger-building-'));
    build(folder);
    renameSync(folder, kept);
  }
  return join(kept, 'dist/cli/main.js');
};

const build = (folder: string): void => {
  for (const name of ['node_modules', 'src', 'scripts']) symlinkSync(join(root, name), join(folder, name));
  for (const name of ['package.json', 'schema.graphql']) cpSync(join(root, name), join(folder, name));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')], {
    cwd: root,
  });
  execFileSync(process.execPath, [join(root, 'scripts/copy-assets.mjs')], { cwd: folder });
};

const newestSource = (): number =>
  Math.max(
    ...readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
      .map((name) => statSync(join(root, 'src', name)).mtimeMs),
  );
