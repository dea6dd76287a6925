import type { ResolvedEvent } from '@eventstore/db-client';
import { LedgerUnavailable } from '../errors.js';
import type { Revision, StoredEvent, StreamName } from '../port.js';
import { Backoff } from './backoff.js';
import { classify } from './classify.js';
import type { Engine } from './engine.js';
import { serverStream } from './namespace.js';
import { PulledStream } from './pulled-stream.js';
import { BUFFERED_EVENTS } from './search-window.js';
import { serverEvent, storedAt, type ServerEvent } from './stored-event.js';

/** What reading gives up for: the engine closes, or the caller goes. */
type Ending = AbortSignal;
type Reading = Pick<Engine, 'namespace' | 'leader' | 'follower' | 'timings'>;

/**
 * A stream as the leader has it, from `from`. A reading that breaks goes on after the last event it gave.
 * @throws LedgerUnavailable when the server does not answer for `readMs`, refuses, or lacks events of the stream
 */
export async function* readStream(
  engine: Reading,
  stream: StreamName,
  { from, maxCount, signal }: { readonly from: Revision; readonly maxCount: number; readonly signal: Ending },
): AsyncGenerator<StoredEvent, void> {
  const { leader, timings, follower } = engine;
  const backoff = new Backoff(timings.retryMs);
  let next = from;
  let left = maxCount;
  let progressAt = performance.now();
  while (left > 0) {
    const { client } = leader;
    try {
      for await (const event of readOnce(engine, client, stream, { from: next, maxCount: left, signal })) {
        if (event.revision !== next)
          throw new LedgerUnavailable(
            `${stream}: revision ${next} is not on the server any more; the stream was truncated or deleted there`,
          );
        next += 1n;
        left -= 1;
        yield storedAt(event, follower.times.of(event.position, event.createdMs));
        progressAt = performance.now();
      }
      return;
    } catch (error) {
      if (error instanceof LedgerUnavailable) throw error;
      const failure = classify(error);
      if (failure.kind === 'streamNotFound') return;
      leader.failed(client, error);
      const hopeless = failure.kind === 'refused' || failure.kind === 'streamDeleted';
      if (hopeless || performance.now() - progressAt > timings.readMs || signal.aborted)
        throw new LedgerUnavailable(`${stream}: cannot be read: ${reasonOf(error)}`, { cause: error });
    }
    await backoff.pause(signal);
  }
}

/** The revision of the last event, one attempt. Fails as the client does. */
export async function lastRevision(
  engine: Reading,
  stream: StreamName,
  signal: Ending,
): Promise<Revision | 'none'> {
  const { client } = engine.leader;
  try {
    for await (const event of readOnce(engine, client, stream, { maxCount: 1, signal }))
      return event.revision;
  } catch (error) {
    if (classify(error).kind === 'streamNotFound') return 'none';
    engine.leader.failed(client, error);
    throw error;
  }
  return 'none';
}

/** One attempt; without `from`, backwards from the end. */
export async function* readOnce(
  { namespace, timings }: Pick<Engine, 'namespace' | 'timings'>,
  client: Engine['leader']['client'],
  stream: StreamName,
  { from, maxCount, signal }: { from?: Revision; readonly maxCount: number; readonly signal: Ending },
): AsyncGenerator<ServerEvent, void> {
  const reading = client.readStream(
    serverStream(namespace, stream),
    {
      ...(from === undefined ? { direction: 'backwards', fromRevision: 'end' } : { fromRevision: from }),
      ...(maxCount < Infinity && { maxCount }),
      requiresLeader: true,
    },
    { highWaterMark: BUFFERED_EVENTS },
  );
  const pulled = new PulledStream<ResolvedEvent, never>(reading);
  try {
    for (;;) {
      const next = await pulled.next(`reading ${stream}`, timings.attemptMs, signal);
      if (next.kind !== 'event') return;
      const event = serverEvent(namespace, next.event);
      if (event) yield event;
    }
  } finally {
    reading.cancel().catch(() => undefined);
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
