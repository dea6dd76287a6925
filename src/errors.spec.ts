import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS, HopledgerError, isErrorCode } from './errors.js';
import { renderErrorReference } from './errors.reference.js';

describe('the error table', () => {
  test('docs/reference/errors.md lists the table as it is (npm run generate)', () => {
    expect(readFileSync('docs/reference/errors.md', 'utf8')).toBe(renderErrorReference());
  });

  test('has a row for the code of every error class in the source', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
      .map((name) => readFileSync(join('src', name), 'utf8'));
    const codes = sources.flatMap((text) =>
      [...text.matchAll(/^ +(?:override )?readonly code(?:: \w+)? = '(\w+)'/gm)].map((match) => match[1]),
    );
    expect(codes).toContain('WRONG_REVISION');
    expect(codes.filter((code) => !isErrorCode(code))).toEqual([]);
  });

  test.each(Object.entries(ERRORS))(
    '%s says when, what to do, and a status',
    (code, { when, callerCan, http }) => {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(when).toMatch(/\.$/);
      expect(callerCan).toMatch(/\.$/);
      expect(http).toBeGreaterThanOrEqual(200);
      expect(http).toBeLessThan(600);
    },
  );

  test('only own names are codes', () => {
    expect(isErrorCode('toString')).toBe(false);
    expect(isErrorCode(undefined)).toBe(false);
  });
});

test('an error carries its code, facts and cause', () => {
  const cause = new Error('why');
  const error = new HopledgerError('UNKNOWN_VM', 'no VM v', { vm: 'v' }, { cause });
  expect(error).toMatchObject({ name: 'UNKNOWN_VM', code: 'UNKNOWN_VM', facts: { vm: 'v' }, cause });
});
