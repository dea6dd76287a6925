import { describe, expect, it } from '@jest/globals';
import type { Position } from '../ledger/port.js';
import { viewsReached } from './views-reached.js';

const AT = '0000000000000001' as Position;

describe('waiting for the views', () => {
  const options = { timeoutMs: 5, signal: new AbortController().signal };

  it('ends when they are there, and fails when they are not in time', async () => {
    await expect(viewsReached({ waitFor: async () => true }, AT, options)).resolves.toBeUndefined();
    await expect(viewsReached({ waitFor: async () => false }, AT, options)).rejects.toThrow('in 5 ms');
  });

  it('ends when the server does, before and while it waits', async () => {
    const ending = new AbortController();
    const waiting = viewsReached({ waitFor: () => new Promise(() => undefined) }, AT, {
      timeoutMs: 5,
      signal: ending.signal,
    });
    ending.abort(new Error('over'));
    await expect(waiting).rejects.toThrow('over');
    const never = { waitFor: () => Promise.reject(new Error('asked')) };
    await expect(viewsReached(never, AT, { timeoutMs: 5, signal: ending.signal })).rejects.toThrow('over');
  });
});
