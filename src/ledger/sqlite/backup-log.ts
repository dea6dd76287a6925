import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes the log as of now to a new file at `target`, compact and in one piece, while appends go on. SQLite does not
 * sync what VACUUM INTO writes, so that is done here, under another name: `target` is a whole backup or not there.
 *
 * @throws Error when `target` exists
 */
export function backupLog(db: DatabaseSyncInstance, target: string): void {
  if (existsSync(target)) throw new Error(`${target} exists; a backup overwrites nothing`);
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  db.prepare('VACUUM INTO ?').run(partial);
  syncToDisk(partial);
  renameSync(partial, target);
  syncToDisk(dirname(target));
}

function syncToDisk(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
