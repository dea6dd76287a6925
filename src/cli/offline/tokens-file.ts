import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { Credential } from '../../runtime/tokens.js';
import { errorFacts } from '../error-facts.js';
import { CliFailure } from '../failure.js';

/**
 * Changes a tokens file as a whole: the new content is written beside it, made durable and put in its place, so that
 * a server that reads it finds the old or the new and nothing between. Mode 0600, whatever it was.
 * @param change - of the entries that the file has; none when there is no file
 * @throws CliFailure when another change is under way; ConfigError when the file cannot be read
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
      const entries = change(!exists(target) ? [] : readTokensFile(target));
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
