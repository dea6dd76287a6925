import { describe, expect, test } from '@jest/globals';
import { SCALARS } from './scalars.js';

describe('scalars', () => {
  test('DateTime takes instants in UTC and keeps milliseconds', () => {
    expect(SCALARS.DateTime.parseValue('2026-11-21T05:06:07Z')).toBe('2026-11-21T05:06:07.000Z');
    expect(SCALARS.DateTime.parseValue('2026-11-21T05:06:07.123456789Z')).toBe('2026-11-21T05:06:07.123Z');
    for (const wrong of [
      '2026-11-21',
      '2026-11-21T05:06:07',
      '2026-11-21T05:06:07+00:00',
      '2026-02-30T00:00:00Z',
      '2026-11-21T25:00:00Z',
      5,
      null,
    ]) {
      expect(() => SCALARS.DateTime.parseValue(wrong)).toThrow('is not an instant');
    }
  });

  test('UUID is answered in lower case', () => {
    expect(SCALARS.UUID.parseValue('2E7C1F5A-0000-4000-8000-ABCDEFABCDEF')).toBe(
      '2e7c1f5a-0000-4000-8000-abcdefabcdef',
    );
    expect(() => SCALARS.UUID.parseValue('2e7c1f5a')).toThrow('is not a UUID');
  });

  test('Position takes what a ledger can have given, the start among it', () => {
    expect(SCALARS.Position.parseValue('')).toBe('');
    expect(SCALARS.Position.parseValue('0000000000000042')).toBe('0000000000000042');
    expect(() => SCALARS.Position.parseValue('a b')).toThrow('is not a position');
  });

  test('a fault shows the beginning of what was given, never all of it', () => {
    expect(() => SCALARS.UUID.parseValue('x'.repeat(10_000))).toThrow(/^.{1,80}$/);
  });

  test('what was read once is read again as the same: compiled queries read twice', () => {
    const once = SCALARS.DateTime.parseValue('2026-11-21T05:06:07Z');
    expect(SCALARS.DateTime.parseValue(once)).toBe(once);
  });
});
