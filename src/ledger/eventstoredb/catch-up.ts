import { streamNameFilter, type AllStreamResolvedEvent } from '@eventstore/db-client';
import { LedgerUnavailable } from '../errors.js';
import type { Position, StoredEvent } from '../port.js';
import { Backoff } from './backoff.js';
import { classify } from './classify.js';
import type { Engine } from './engine.js';
import { fromAfter, later } from './position.js';
import { PulledStream } from './pulled-stream.js';
import { reasonOf } from './read-stream.js';
import { BUFFERED_EVENTS, SEARCH_WINDOW } from './search-window.js';
import { serverEvent, storedAt } from './stored-event.js';

export interface Stretch {
  /** Exclusive. */
  readonly after: Position;
  /** Inclusive: the position of an event that the leader has. */
  readonly upTo: Position;
  /** Whether the event at `upTo` may be another program's. */
  readonly foreignEnd?: boolean;
  /** Of the names of streams; the server passes over all others. */
  readonly streamPrefix: string;
  readonly signal: AbortSignal;
}

/**
 * A stretch of the log in order, each event once. The client cannot read `$all` through a filter, so this is a
 * subscription that ends at `upTo`.
 *
 * When the event at `upTo` passes it is itself the proof that all before it was given. When it may not, behind a prefix or as
 * another program's, the server's `caughtUp` is the proof, from the leader, which had `upTo` before it was asked; a server's checkpoint is none,
 * it was wrong before (KurrentDB #4990).
 *
 * @throws LedgerUnavailable when the server does not answer for `readMs`, or refuses
 */
export async function* catchUp(engine: Engine, stretch: Stretch): AsyncGenerator<StoredEvent, void> {
  const { timings, follower } = engine;
  const { upTo, streamPrefix, signal } = stretch;
  const endPasses = streamPrefix === '' && stretch.foreignEnd !== true;
  const connection = endPasses ? engine.replica : engine.leader;
  const backoff = new Backoff(timings.retryMs);
  let at = stretch.after;
  let latestMs = 0;
  let progressAt = performance.now();
  while (at < upTo && !signal.aborted) {
    const { client } = connection;
    const { pulled, end } = subscribe(engine, client, at, streamPrefix);
    try {
      for (;;) {
        const next = await pulled.next('reading $all', timings.attemptMs, signal);
        if (next.kind === 'end') break;
        if (next.kind === 'signal') {
          if (!endPasses) return;
          continue; // a node that lags; what it lacks will come
        }
        const event = serverEvent(engine.namespace, next.event);
        if (!event || event.position <= at) continue;
        if (event.position > upTo) return;
        at = event.position;
        latestMs = Math.max(latestMs, follower.times.of(at, event.createdMs));
        yield storedAt(event, latestMs);
        progressAt = performance.now();
        backoff.succeeded();
        if (at === upTo) return;
      }
    } catch (error) {
      connection.failed(client, error);
      if (classify(error).kind === 'refused' || performance.now() - progressAt > timings.readMs)
        throw new LedgerUnavailable(`the log cannot be read: ${reasonOf(error)}`, { cause: error });
    } finally {
      end();
    }
    await backoff.pause(signal);
  }
}

function subscribe(
  { namespace, replica, origin }: Engine,
  client: Engine['leader']['client'],
  after: Position,
  streamPrefix: string,
) {
  const subscription = client.subscribeToAll(
    {
      fromPosition: fromAfter(later(after, origin)),
      filter: streamNameFilter({
        prefixes: [namespace.prefix + streamPrefix],
        maxSearchWindow: SEARCH_WINDOW,
        checkpointReached: async () => pulled.touch(),
      }),
      requiresLeader: client !== replica.client,
    },
    { highWaterMark: BUFFERED_EVENTS },
  );
  const pulled = new PulledStream<AllStreamResolvedEvent, 'caughtUp'>(subscription);
  subscription.on('caughtUp', () => pulled.signal('caughtUp'));
  return { pulled, end: () => void subscription.unsubscribe().catch(() => undefined) };
}
