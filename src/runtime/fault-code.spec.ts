import { describe, expect, it } from '@jest/globals';
import { DatabaseSync } from '@photostructure/sqlite';
import { readFileSync } from 'node:fs';
import { HopledgerError } from '../errors.js';
import { faultCode } from './fault-code.js';

const thrownBy = (action: () => unknown): unknown => {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe(faultCode.name, () => {
  it('is what SQLite calls its fault', () => {
    const database = new DatabaseSync(':memory:');
    database.exec('PRAGMA max_page_count = 2; CREATE TABLE one (value TEXT)');
    const full = thrownBy(() => database.exec('INSERT INTO one VALUES (hex(zeroblob(20000)))'));
    database.close();
    expect(faultCode(full)).toBe('SQLITE_FULL');
  });

  it('is the code of the system, or of the table of errors', () => {
    expect(faultCode(thrownBy(() => readFileSync('/nowhere/secret')))).toBe('ENOENT');
    expect(faultCode(new HopledgerError('LEDGER_UNAVAILABLE', 'esdb://10.0.0.1', {}))).toBe(
      'LEDGER_UNAVAILABLE',
    );
  });

  it.each([
    new Error("no such file: '/var/lib/hopledger'"),
    Object.assign(new Error('odd'), { code: '/var/lib/hopledger' }),
    'a text',
    null,
  ])('is INTERNAL for any other, whatever it says: %p', (fault) => {
    expect(faultCode(fault)).toBe('INTERNAL');
  });
});
