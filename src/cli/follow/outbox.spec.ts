import { describe, expect, it } from '@jest/globals';
import { Outbox, type OutgoingEvent, type SentOutcome } from './outbox.js';

const event = (id: string): OutgoingEvent => ({ id, type: 'hopledger.vm.reset' });

/** An outbox to a server that answers of each event what `statusOf` says of it and of how often it came. */
const outboxTo = (statusOf: (id: string, time: number) => string) => {
  const came = new Map<string, number>();
  const batches: string[][] = [];
  const notes: string[] = [];
  const outbox = new Outbox({
    send: (events): Promise<SentOutcome> => {
      batches.push(events.map(({ id }) => id));
      const items = events.map(({ id }) => {
        const time = (came.get(id) ?? 0) + 1;
        came.set(id, time);
        return { id, status: statusOf(id, time), code: 'SOME_CODE', message: 'words' };
      });
      return Promise.resolve({ items });
    },
    most: 100,
    note: (text) => notes.push(text),
    firstPauseMs: 1,
    longestPauseMs: 2,
  });
  return { outbox, batches, notes };
};

describe('events on their way to the server', () => {
  it('are sent again, alone, when the server failed at them, and told', async () => {
    const { outbox, batches, notes } = outboxTo((id, time) =>
      id === 'b' && time < 3 ? 'failed' : 'accepted',
    );
    for (const id of ['a', 'b', 'c']) outbox.push(event(id));
    expect(await outbox.flush(10_000)).toBe(true);
    expect(batches.flat().filter((id) => id === 'b')).toHaveLength(3);
    expect(batches.flat().filter((id) => id !== 'b')).toEqual(['a', 'c']);
    expect(notes).toContainEqual(expect.stringContaining('1 event failed: SOME_CODE words'));
  });

  it('are told and left when the server refuses them for good', async () => {
    const { outbox, batches, notes } = outboxTo((id) => (id === 'a' ? 'rejected' : 'accepted'));
    for (const id of ['a', 'b']) outbox.push(event(id));
    expect(await outbox.flush(10_000)).toBe(true);
    expect(batches.flat().toSorted()).toEqual(['a', 'b']);
    expect(notes).toEqual(['a was refused: SOME_CODE words']);
  });

  it('wait for as long as the server fails at them', async () => {
    const server = { fails: true };
    const { outbox } = outboxTo(() => (server.fails ? 'failed' : 'accepted'));
    outbox.push(event('a'));
    expect(await outbox.flush(20)).toBe(false);
    expect(outbox.size).toBe(1);
    server.fails = false;
    expect(await outbox.flush(10_000)).toBe(true);
  });
});
