import { describe, expect, test } from '@jest/globals';
import { START, type Position } from '../../ledger/port.js';
import { replaySchema } from './replay-input.js';

const SQLITE = '0000000000004711' as Position;
const EVENTSTORE = '00000000000000004711' as Position;
const taken = (known: Position, to: string): boolean =>
  replaySchema(known).safeParse({ from: null, to }).success;

describe('positions of a replay', () => {
  test.each(['10', '4711', '', '000000000000004711', '0000000000004711 '])(
    'not %p, which would sort elsewhere than it means',
    (text) => {
      for (const known of [SQLITE, EVENTSTORE, START]) expect(taken(known, text)).toBe(false);
    },
  );

  test('those of the ledger that there is, and of no other', () => {
    expect([taken(SQLITE, SQLITE), taken(SQLITE, EVENTSTORE)]).toEqual([true, false]);
    expect([taken(EVENTSTORE, EVENTSTORE.repeat(2)), taken(EVENTSTORE, SQLITE)]).toEqual([true, false]);
    expect(taken(START, SQLITE)).toBe(true);
  });

  test('a range does not end before it begins', () => {
    const range = { from: '0000000000000009', to: '0000000000000008' };
    expect(replaySchema(SQLITE).safeParse(range).success).toBe(false);
  });
});
