import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  existsSync,
  chmodSync,
  chownSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createToken, readTokensFile } from '../../runtime/tokens.js';
import { changeTokensFile } from './tokens-file.js';

const folder = mkdtempSync(join(tmpdir(), 'hopledger-tokens-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'tokens.json');
beforeEach(() => rmSync(file, { force: true }));

const { entry } = createToken('reading', 'reader');

describe('a tokens file', () => {
  test('is made when there is none, for its owner alone, and the server reads it', async () => {
    await changeTokensFile(file, () => [entry]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readTokensFile(file)).toEqual([entry]);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  test.each([
    [0o600, 0o600],
    [0o640, 0o640],
    [0o644, 0o640],
  ])('of mode %o keeps what it has, and is of mode %o', async (before, after) => {
    writeFileSync(file, JSON.stringify([entry]));
    chmodSync(file, before);
    await changeTokensFile(file, (known) => [...known, createToken('host-a', 'recorder', 'hosta').entry]);
    expect(readTokensFile(file).map(({ name }) => name)).toEqual(['reading', 'host-a']);
    expect(statSync(file).mode & 0o777).toBe(after);
  });

  (process.getuid?.() === 0 ? test : test.skip)('stays the file of those who may read it', async () => {
    writeFileSync(file, JSON.stringify([entry]));
    chownSync(file, 65_534, 65_534);
    await changeTokensFile(file, (known) => known);
    expect(statSync(file)).toMatchObject({ uid: 65_534, gid: 65_534 });
  });

  test('is as it was when the change fails', async () => {
    await changeTokensFile(file, () => [entry]);
    const before = readFileSync(file, 'utf8');
    const failing = changeTokensFile(file, () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  test('is not changed by two at once', async () => {
    writeFileSync(`${file}.new`, '');
    await expect(changeTokensFile(file, () => [entry])).rejects.toThrow(/another change is under way/);
    expect(existsSync(file)).toBe(false);
    rmSync(`${file}.new`);
  });

  test('that cannot be read is not replaced', async () => {
    writeFileSync(file, '{ broken');
    await expect(changeTokensFile(file, () => [entry])).rejects.toThrow(/tokens\.json/);
    expect(readFileSync(file, 'utf8')).toBe('{ broken');
  });

  test('may be a link, which stays one', async () => {
    const link = join(folder, 'link.json');
    writeFileSync(file, '[]', { mode: 0o600 });
    symlinkSync(file, link);
    await changeTokensFile(link, () => [entry]);
    expect(readTokensFile(file)).toEqual([entry]);
  });
});
