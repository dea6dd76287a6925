import { describe, expect, it } from '@jest/globals';
import { toPosition } from '../ledger/position.js';
import { readOn } from './read-on.js';

const FAULT = new Error('the ledger is away');

/** The pauses (ms) that were told of when reading fails so many times, having got further in the rounds given. */
const pauses = async (rounds: number, further: readonly number[]): Promise<readonly number[]> => {
  const stopping = new AbortController();
  const told: number[] = [];
  let [round, at] = [0, 0];
  await readOn({
    signal: stopping.signal,
    retryMs: { least: 1, most: 4 },
    at: () => toPosition(at),
    read: () => {
      if (further.includes(round)) at += 1;
      return Promise.reject(FAULT);
    },
    failed: (error, pauseMs) => {
      expect(error).toBe(FAULT);
      told.push(pauseMs);
      if ((round += 1) === rounds) stopping.abort();
    },
  });
  return told;
};

describe('reading on', () => {
  it('waits twice as long each time that it gets no further, up to a bound', async () => {
    expect(await pauses(5, [])).toEqual([1, 2, 4, 4, 4]);
  });

  it('begins anew with the shortest wait once it got further', async () => {
    expect(await pauses(5, [2])).toEqual([1, 2, 4, 2, 4]);
  });

  it('ends when it is told to, in the middle of a wait', async () => {
    const stopping = new AbortController();
    const ended = readOn({
      signal: stopping.signal,
      retryMs: { least: 3_600_000, most: 3_600_000 },
      at: () => null,
      read: () => Promise.resolve(),
      failed: () => undefined,
    });
    setTimeout(() => stopping.abort(), 5);
    await ended;
  });

  it('goes on after an end that is no fault', async () => {
    const stopping = new AbortController();
    let reads = 0;
    await readOn({
      signal: stopping.signal,
      retryMs: { least: 1, most: 1 },
      at: () => null,
      read: () => {
        if ((reads += 1) === 3) stopping.abort();
        return Promise.resolve();
      },
      failed: () => undefined,
    });
    expect(reads).toBe(3);
  });
});
