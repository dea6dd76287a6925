import { describe, expect, it } from '@jest/globals';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { checkAppend, type CheckedAppend } from '../checked-append.js';
import { DEFAULT_LIMITS, type LedgerLimits } from '../limits.js';
import type { Outcome } from '../outcome.js';
import type { StreamName } from '../port.js';
import { GroupCommit } from './group-commit.js';
import type { WriterAppend } from './writer-messages.js';

const DONE: Outcome = { kind: 'appended', revision: 0, sequence: 1, repeated: false };

function append(fill = ''): CheckedAppend {
  const id = '00000000-0000-5000-8000-000000000001';
  const events = [{ id, type: 'T', data: { fill }, metadata: {} }];
  return checkAppend('vm-1' as StreamName, 'no_stream', events, DEFAULT_LIMITS);
}

function newQueue(limits: Partial<LedgerLimits> = {}) {
  const sent: (readonly WriterAppend[])[] = [];
  const queue = new GroupCommit({ ...DEFAULT_LIMITS, ...limits }, (group) => sent.push(group));
  const submit = (count: number, fill?: string): Promise<unknown>[] =>
    Array.from({ length: count }, () =>
      queue.submit(append(fill), 0).catch((error: { code: string }) => error.code),
    );
  return { queue, sent, submit, sizes: () => sent.map((group) => group.length) };
}

describe(GroupCommit.name, () => {
  it('sends what waits as one group, and what came meanwhile as the next', async () => {
    const { queue, submit, sizes } = newQueue();
    void submit(10);
    await setImmediate();
    void submit(7);
    await setImmediate();
    expect(sizes()).toEqual([10]);
    queue.committed(Array<Outcome>(10).fill(DONE));
    await setImmediate();
    expect(sizes()).toEqual([10, 7]);
  });

  it('sends one full group ahead, so that a loaded writer never waits for its next', async () => {
    const { submit, sizes } = newQueue();
    void submit(300);
    await setImmediate();
    expect(sizes()).toEqual([128, 128]);
  });

  it('commits at most so many together as it was told', async () => {
    const { queue, submit, sizes } = newQueue({ maxGroupAppends: 3 });
    void submit(8);
    await setImmediate();
    expect(sizes()).toEqual([3, 3]);
    queue.committed([DONE, DONE, DONE]);
    queue.committed([DONE, DONE, DONE]);
    await setImmediate();
    expect(sizes()).toEqual([3, 3, 2]);
  });

  it('closes a group that is heavy enough, and sends an append above that by itself', async () => {
    const { queue, submit, sizes } = newQueue();
    void submit(5, 'x'.repeat(300_000));
    await setImmediate();
    queue.committed([DONE, DONE, DONE]);
    await setImmediate();
    expect(sizes()).toEqual([3, 2]);
  });

  it('gives up an append that the writer does not answer, with an unknown outcome, and what waits behind it', async () => {
    const { queue, submit } = newQueue({ appendTimeoutMs: 20 });
    const stuck = submit(1);
    await setImmediate();
    const behind = submit(1);
    expect(await Promise.all([...stuck, ...behind])).toEqual(['UNKNOWN_OUTCOME', 'OVERLOADED']);

    queue.committed([DONE]); // it came through after all; nobody waits for it now
    const next = submit(1);
    await setImmediate();
    queue.committed([DONE]);
    expect(await next[0]).toMatchObject({ revision: 0n });
  });

  it('when the writer is gone, says that what it had is unknown, and that the rest was refused', async () => {
    const { queue, submit } = newQueue();
    const had = submit(1);
    await setImmediate();
    const waiting = submit(1);
    queue.abandon(new Error('gone'));
    expect(await Promise.all([...had, ...waiting])).toEqual(['UNKNOWN_OUTCOME', 'LEDGER_CLOSED']);
    expect(() => queue.submit(append(), 0)).toThrow('closed');
    await queue.drain();
  });

  it('drains what was accepted and refuses the rest', async () => {
    const { queue, submit, sizes } = newQueue();
    void submit(2);
    let drained = false;
    const draining = queue.drain().then(() => (drained = true));
    expect(() => queue.submit(append(), 0)).toThrow('closed');
    await setTimeout(5);
    expect([sizes(), drained]).toEqual([[2], false]);
    queue.committed([DONE, DONE]);
    await draining;
  });

  it('does not drain for ever behind a writer that does not answer', async () => {
    const { queue, submit } = newQueue({ appendTimeoutMs: 20 });
    const stuck = submit(1);
    await queue.drain();
    expect(await stuck[0]).toBe('UNKNOWN_OUTCOME');
  });
});
