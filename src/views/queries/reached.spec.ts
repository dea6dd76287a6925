import { describe, expect, it } from '@jest/globals';
import type { Position } from '../../ledger/port.js';
import type { Views } from '../views.js';
import { reached } from './reached.js';

const SQLITE = '0000000000000042';
const CLUSTER = '00000000000000004711';

type Reading = Pick<Views, 'position' | 'waitFor'>;

/** Views at a position, which go no further. */
const viewsAt = (at: string): Reading => ({
  position: () => at as Position,
  waitFor: async (position) => position <= at,
});
const code = (asked: string, at: string): Promise<unknown> =>
  reached(viewsAt(at), { position: asked as Position, timeoutMs: 1 }).then(
    () => 'answered',
    (error: { readonly code: string }) => error.code,
  );

describe('a read that waits for a position', () => {
  it.each([
    ['of SQLite on EventStoreDB', '0000000000000001', CLUSTER],
    ['of EventStoreDB on SQLite', CLUSTER, SQLITE],
    ['that no engine writes', '42', SQLITE],
  ])('refuses one %s, which would compare wrongly', async (_, asked, at) => {
    expect(await code(asked, at)).toBe('BAD_CURSOR');
  });

  it.each([
    ['of the same engine', SQLITE, SQLITE, 'answered'],
    ['that is not reached', '0000000000000043', SQLITE, 'POSITION_NOT_REACHED'],
    ['while there is nothing in the views yet', SQLITE, '', 'POSITION_NOT_REACHED'],
    ['of the start', '', CLUSTER, 'answered'],
  ])('takes one %s', async (_, asked, at, outcome) => {
    expect(await code(asked, at)).toBe(outcome);
  });
});
