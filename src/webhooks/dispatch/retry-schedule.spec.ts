import { describe, expect, test } from '@jest/globals';
import { Rate } from './rate.js';
import { nextAttemptAt, STANDARD_RETRIES_MS } from './retry-schedule.js';

const failed = { attempts: 1, at: 1_000_000, retryAfterMs: null, chance: 0.5 };

describe('the schedule of retries', () => {
  test('is that of Standard Webhooks, and then ends', () => {
    const waits = Array.from({ length: 10 }, (_, n) => nextAttemptAt({ ...failed, at: 0, attempts: n + 1 }));
    expect(waits).toEqual([...STANDARD_RETRIES_MS, null]);
    expect(waits[0]).toBe(5_000);
    expect(waits[8]).toBe(86_400_000);
  });

  test('varies by a fifth', () => {
    expect(nextAttemptAt({ ...failed, chance: 0 })).toBe(1_004_000);
    expect(nextAttemptAt({ ...failed, chance: 1 })).toBe(1_006_000);
  });

  test('honours a receiver that asks for more, not one that asks for less', () => {
    expect(nextAttemptAt({ ...failed, retryAfterMs: 60_000 })).toBe(1_060_000);
    expect(nextAttemptAt({ ...failed, retryAfterMs: 1_000 })).toBe(1_005_000);
  });
});

describe('a rate', () => {
  test('lets a second of it begin at once, then one at a time', () => {
    const rate = new Rate(2, 0);
    expect([rate.take(0), rate.take(0), rate.take(0)]).toEqual([0, 0, 500]);
    expect([rate.take(250), rate.take(500), rate.take(500)]).toEqual([250, 0, 500]);
  });
});
