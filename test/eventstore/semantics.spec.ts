import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient, jsonEvent, type AppendExpectedRevision } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { openServerUnderTest, type ServerUnderTest } from './server-under-test.js';

/**
 * What the adapter takes for granted of a server, asked of the client as it is: of the stand-in, and of a real server when
 * one is given. It is what keeps the stand-in honest.
 */
type State = 'absent' | 'with 2 events' | 'with metadata only' | 'soft-deleted after 2' | 'tombstoned';
type Ending = bigint | 'wrong' | 'deleted';

const STATES: readonly State[] = [
  'absent',
  'with 2 events',
  'with metadata only',
  'soft-deleted after 2',
  'tombstoned',
];
const TABLE: readonly (readonly [AppendExpectedRevision, readonly Ending[]])[] = [
  ['any', [0n, 2n, 0n, 2n, 'deleted']],
  ['no_stream', [0n, 'wrong', 0n, 2n, 'deleted']],
  ['stream_exists', ['wrong', 2n, 0n, 'wrong', 'deleted']],
  [0n, ['wrong', 'wrong', 'wrong', 'wrong', 'deleted']],
  [1n, ['wrong', 2n, 'wrong', 2n, 'deleted']],
  [7n, ['wrong', 'wrong', 'wrong', 'wrong', 'deleted']],
];

describe('a server', () => {
  let under: ServerUnderTest;
  let client: EventStoreDBClient;
  beforeAll(async () => {
    under = await openServerUnderTest();
    client = EventStoreDBClient.connectionString(under.connection);
  });
  afterAll(async () => {
    await client.dispose();
    await under.close();
  });

  const event = (id: string = randomUUID()) => jsonEvent({ id, type: 'Tried', data: {}, metadata: {} });
  const streamIn = async (state: State): Promise<string> => {
    const stream = `semantics-${randomUUID()}`;
    if (state === 'with metadata only') await client.setStreamMetadata(stream, { of: 'a test' });
    else if (state !== 'absent')
      await client.appendToStream(stream, [event(), event()], { expectedRevision: 'no_stream' });
    if (state === 'soft-deleted after 2') await client.deleteStream(stream);
    if (state === 'tombstoned') await client.tombstoneStream(stream);
    return stream;
  };
  const append = async (stream: string, expectedRevision: AppendExpectedRevision, ids: string[]) => {
    try {
      const events = ids.map(event);
      const appended = await client.appendToStream(stream, events, { expectedRevision });
      return appended.nextExpectedRevision;
    } catch (error) {
      const type = error instanceof Error && 'type' in error ? error.type : error;
      return type === 'wrong-expected-version' ? 'wrong' : type === 'stream-deleted' ? 'deleted' : type;
    }
  };

  for (const [expected, endings] of TABLE)
    for (const [index, state] of STATES.entries())
      it(`takes or refuses an append expecting ${expected} on a stream that is ${state} as the table has it`, async () => {
        expect(await append(await streamIn(state), expected, [randomUUID()])).toEqual(endings[index]);
      });

  it('knows a repeat at an explicit revision by its ids, all of them and in their places', async () => {
    const stream = `semantics-${randomUUID()}`;
    const [a, b, c, d] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    expect(await append(stream, 'no_stream', [a, b])).toBe(1n);
    expect(await append(stream, 1n, [c])).toBe(2n);
    expect(await append(stream, 'no_stream', [a, b])).toBe(1n);
    expect(await append(stream, 'no_stream', [a])).toBe(0n);
    expect(await append(stream, 0n, [b, c])).toBe(2n);
    expect(await append(stream, 'no_stream', [b, a])).toBe('wrong');
    expect(await append(stream, 'no_stream', [a, d])).toBe('wrong');
    expect(await append(stream, 1n, [c, d])).toBe('wrong');
  });

  it('gives the append the position that its last event has in $all', async () => {
    const stream = `semantics-${randomUUID()}`;
    const events = [event(), event(), event()];
    const { position } = await client.appendToStream(stream, events, { expectedRevision: 'no_stream' });
    const read: unknown[] = [];
    for await (const { event: one } of client.readStream(stream)) read.push(one?.position);
    expect(position).toEqual(read.at(-1));
    const [last] = await Promise.all([firstOf(client, position)]);
    expect(last).toBe(events[2]?.id);
  });
});

async function firstOf(
  client: EventStoreDBClient,
  fromPosition: { commit: bigint; prepare: bigint } | undefined,
): Promise<string | undefined> {
  for await (const { event } of client.readAll({ fromPosition: fromPosition ?? 'start', maxCount: 1 }))
    return event?.id;
  return undefined;
}
