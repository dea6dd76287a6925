import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { MemoryLedger } from '../../ledger/memory/memory-ledger.js';
import { START, type StreamName } from '../../ledger/port.js';
import { follow } from './follow-events.js';
import { Followed } from './followed.js';

const STREAM = 'vm-00000000-0000-4000-8000-000000000001' as StreamName;
const events = (count: number) =>
  Array.from({ length: count }, () => ({ id: randomUUID(), type: 'GuestReset', data: {}, metadata: {} }));

describe('following the feed', () => {
  test('one that kept us waiting while the log ran away is ended with where to resume', async () => {
    const ledger = new MemoryLedger({ limits: { fellBehindAfter: 10 } });
    await ledger.append(STREAM, 'no_stream', events(1));
    const followed = new Followed((signal) => follow(ledger, START, {}, signal));
    await followed.next();
    const second = followed.next();
    await ledger.append(STREAM, 0n, events(1));
    const { value: lastSeen } = await second;
    expect(lastSeen?.revision).toBe(1n);
    await ledger.append(STREAM, 1n, events(50));
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await expect(followed.next()).rejects.toMatchObject({
      code: 'SUBSCRIBER_TOO_SLOW',
      facts: { resumeAfter: lastSeen?.position },
    });
    await ledger.close();
  });

  test('a burst that leaves a quick one behind for a moment does not end it', async () => {
    const ledger = new MemoryLedger({ limits: { fellBehindAfter: 10 } });
    const followed = new Followed((signal) => follow(ledger, START, {}, signal));
    const next = followed.next();
    await ledger.append(STREAM, 'no_stream', events(1));
    await next;
    await ledger.append(STREAM, 0n, events(100));
    for (let i = 0; i < 100; i += 1) expect((await followed.next()).done).toBe(false);
    await followed.return();
    await ledger.close();
  });

  test('one that waits for the next event can be ended at once', async () => {
    const ledger = new MemoryLedger();
    const followed = new Followed((signal) => follow(ledger, START, {}, signal));
    const waiting = followed.next();
    await followed.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await ledger.close();
  });
});
