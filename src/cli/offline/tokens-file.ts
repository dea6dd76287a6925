import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import type { Credential } from '../../runtime/tokens.js';
import { errorFacts } from '../error-facts.js';
import { CliFailure } from '../failure.js';

/**
 * Changes a tokens file as a whole: the new content is written beside it, made durable and put in its place, so that
 * a server that reads it finds the old or the new and nothing between. A new file is of mode 0600; one that was there keeps
 * its owner and group, by which the service may read it, and its mode, but for what it grants beyond 0640.
 * @param change - of the entries that the file has; none when there is no file
 * @throws CliFailure when another change is under way, or the file is another's; ConfigError when it cannot be read
 */
export const changeTokensFile = async (
  file: string,
  change: (entries: readonly Credential[]) => readonly Credential[],
): Promise<void> => {
  const { readTokensFile } = await import('../../runtime/tokens.js');
  const target = realPathOf(file);
  const beside = `${target}.new`;
  // Made only where there is none: it is the lock as well.
  const fd = openNew(beside);
  try {
    try {
      const isThere = exists(target);
      if (isThere) keepAccess(fd, target);
      const entries = change(isThere ? readTokensFile(target) : []);
      writeSync(fd, `${JSON.stringify(entries, null, 2)}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
};

const keepAccess = (fd: number, file: string): void => {
  const { uid, gid, mode } = statSync(file);
  const own = fstatSync(fd);
  try {
    if (own.uid !== uid || own.gid !== gid) fchownSync(fd, uid, gid);
  } catch (error) {
    throw new CliFailure(`${file} belongs to another user or group, which only root can keep so`, {
      advice: 'run it as root, or as the owner of the file',
      cause: error,
    });
  }
  fchmodSync(fd, mode & 0o640);
};

const openNew = (file: string): number => {
  try {
    return openSync(file, 'wx', 0o600);
  } catch (error) {
    if (errorFacts(error)?.code !== 'EEXIST') throw error;
    throw new CliFailure(`${file} is there: another change is under way, or ended half-way`, {
      advice: `when no other is under way, remove ${file} and try again`,
      cause: error,
    });
  }
};

const exists = (file: string): boolean => {
  try {
    realpathSync(file);
    return true;
  } catch {
    return false;
  }
};

/** A link stays a link: what it points to is changed. */
const realPathOf = (file: string): string => {
  try {
    return realpathSync(file);
  } catch {
    return file; // not there yet
  }
};
