import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authenticator } from './authenticator.js';
import { ConfigError, loadConfig } from './config.js';
import { requireHost, requireRole, ROLES } from './principal.js';
import { createToken, readTokensFile, type TokenEntry } from './tokens.js';

const folder = mkdtempSync(join(tmpdir(), 'hopledger-auth-'));
const file = join(folder, 'tokens.json');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => save([]));

function save(entries: unknown): void {
  writeFileSync(file, JSON.stringify(entries));
  chmodSync(file, 0o600);
}

function authenticator(...entries: TokenEntry[]): Authenticator {
  save(entries);
  return new Authenticator(loadConfig({ HOPLEDGER_AUTH_TOKENS_FILE: file }));
}

const header = (token: string) => ({ authorization: `Bearer ${token}` });

describe('tokens', () => {
  test('a token is shown once and its entry does not hold it', () => {
    const { token, entry } = createToken('ops', 'operator');
    expect(token).toMatch(/^hpl_[\w-]{43}$/);
    expect(JSON.stringify(entry)).not.toContain(token.slice(4));
    expect(authenticator(entry).authenticate(header(token))).toEqual({ name: 'ops', role: 'operator' });
  });

  test('the scheme may be written in any case', () => {
    const { token, entry } = createToken('ops', 'operator');
    expect(authenticator(entry).authenticate({ authorization: `bearer ${token}` }).name).toBe('ops');
  });

  test.each([undefined, '', 'Bearer', 'Bearer ', 'Bearer a b', 'Basic abc'])(
    'the header %p is no token',
    (authorization) => {
      const known = authenticator(createToken('ops', 'operator').entry);
      expect(() => known.authenticate({ authorization })).toThrow(
        expect.objectContaining({ code: 'UNAUTHENTICATED' }),
      );
    },
  );

  test('an empty tokens file lets nobody in', () => {
    expect(() => authenticator().authenticate(header('hpl_x'))).toThrow('no such token');
  });

  test('reading again takes in new tokens and forgets removed ones', () => {
    const first = createToken('first', 'reader');
    const second = createToken('second', 'reader');
    const known = authenticator(first.entry);
    save([second.entry]);
    known.reload();
    expect(known.authenticate(header(second.token)).name).toBe('second');
    expect(() => known.authenticate(header(first.token))).toThrow('no such token');
  });

  test('a file that became faulty leaves the known tokens in force', () => {
    const first = createToken('first', 'reader');
    const known = authenticator(first.entry);
    writeFileSync(file, '[{"name":');
    expect(() => known.reload()).toThrow(ConfigError);
    expect(known.authenticate(header(first.token)).name).toBe('first');
  });
});

describe('the tokens file', () => {
  test.each([
    ['no list', {}],
    ['a clear token in place of a hash', [{ name: 'a', role: 'reader', sha256: 'hpl_secret' }]],
    ['an unknown role', [{ name: 'a', role: 'root', sha256: '0'.repeat(64) }]],
    ['an unknown field', [{ name: 'a', role: 'reader', sha256: '0'.repeat(64), hots: 'x' }]],
    ['a host for a reader', [{ name: 'a', role: 'reader', sha256: '0'.repeat(64), host: 'x' }]],
    ['one name twice', [createToken('a', 'reader').entry, createToken('a', 'admin').entry]],
  ])('with %s is refused by its name', (_what, content) => {
    save(content);
    expect(() => readTokensFile(file)).toThrow(ConfigError);
    expect(() => readTokensFile(file)).toThrow(file);
  });

  test.each([0o620, 0o602, 0o666])('that others may write (%o) is refused', (mode) => {
    chmodSync(file, mode);
    expect(() => readTokensFile(file)).toThrow('may write it');
  });

  test('that others may only read is taken: it holds hashes', () => {
    chmodSync(file, 0o644);
    expect(readTokensFile(file)).toEqual([]);
  });
});

test.each(ROLES.flatMap((has, i) => ROLES.map((needs, j) => [has, needs, i >= j] as const)))(
  'a %s asking for what needs %s: %p',
  (has, needs, allowed) => {
    const ask = () => requireRole({ name: 'x', role: has }, needs);
    if (allowed) expect(ask).not.toThrow();
    else expect(ask).toThrow(expect.objectContaining({ code: 'FORBIDDEN', facts: { needs, has } }));
  },
);

test('a token bound to a host reports for no other', () => {
  const bound = { name: 'x', role: 'recorder', host: 'hosta' } as const;
  expect(() => requireHost(bound, 'hosta')).not.toThrow();
  expect(() => requireHost({ name: 'x', role: 'recorder' }, 'hostb')).not.toThrow();
  expect(() => requireHost(bound, 'hostb')).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
});
