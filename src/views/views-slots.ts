import { DatabaseSync } from '@photostructure/sqlite';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { kindOf, numberedFrom, type FileKind } from './schema.js';
import type { ViewsLog } from './views-log.js';

/** Where views are while others are built beside them: the one file or the other. */
export const IN_MEMORY = ':memory:';
const BESIDE = '-next';

/** The file in which the views that are to follow those of `path` are built. */
export const besideOf = (path: string): string => {
  if (path === IN_MEMORY) return IN_MEMORY;
  const [, stem = path, beside = ''] = /^(.*?)(-next)?\.db$/.exec(path) ?? [];
  return beside === '' ? `${stem}${BESIDE}.db` : `${stem}.db`;
};

/** With what SQLite keeps beside it. */
export const removeViews = (path: string): void => {
  if (path === IN_MEMORY) return;
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
};

/**
 * Before a start: when a rebuild was finished, its file takes the place of the one before; when it was not, it is
 * removed. What is no views file at all is left alone.
 */
export const settleSlots = (path: string, log: ViewsLog): void => {
  const beside = besideOf(path);
  if (path === IN_MEMORY || !existsSync(beside)) return;
  const next = inspect(beside);
  const serving = existsSync(path) ? inspect(path) : null;
  if (next.kind === 'foreign' || serving?.kind === 'foreign') return;
  if (next.kind === 'views' && next.from > (serving?.from ?? 0)) {
    removeViews(path);
    renameSync(beside, path);
  } else {
    if (next.kind === 'unfinished') log.warn('views: a rebuild was broken off; what it had is removed');
    removeViews(beside);
  }
};

/** Opening and closing it leaves all of it in the one file. */
const inspect = (path: string): { readonly kind: FileKind; readonly from: number } => {
  const db = new DatabaseSync(path);
  try {
    const kind = kindOf(db);
    return { kind, from: kind === 'views' ? numberedFrom(db) : 0 };
  } catch {
    // What cannot be read as views is not ours to touch.
    return { kind: 'foreign', from: 0 };
  } finally {
    db.close();
  }
};
