import type { AllStreamResolvedEvent } from '@eventstore/db-client';
import { LedgerUnavailable } from '../errors.js';
import { START, type Position } from '../port.js';
import { Backoff } from './backoff.js';
import { catchUp, type Stretch } from './catch-up.js';
import { classify } from './classify.js';
import type { Engine } from './engine.js';
import { later, toPosition } from './position.js';
import { PulledStream } from './pulled-stream.js';
import { reasonOf } from './read-stream.js';

/** Read backwards before the server is asked to pass over the events of others. */
const LAST_EVENTS = 16;

/**
 * The position of the last event of the ledger, as the leader has it: other processes append too, and what this one knows of
 * them comes a moment late. It is mostly among the last events of `$all`. When others wrote more than those, what came since
 * is read through the server's filter; where it once looked it does not look again.
 */
export class LogHead {
  #looked: Position = START;
  constructor(private readonly engine: Engine) {}

  /** @throws LedgerUnavailable */
  async read(signal: AbortSignal): Promise<Position> {
    const { leader, timings, follower } = this.engine;
    const backoff = new Backoff(timings.retryMs);
    const startedAt = performance.now();
    for (;;) {
      const { client } = leader;
      try {
        follower.knows(await this.#look(client, signal));
        return follower.known;
      } catch (error) {
        if (error instanceof LedgerUnavailable) throw error;
        leader.failed(client, error);
        const late = performance.now() - startedAt > timings.readMs;
        if (classify(error).kind === 'refused' || late || signal.aborted)
          throw new LedgerUnavailable(`the end of the log cannot be read: ${reasonOf(error)}`, {
            cause: error,
          });
      }
      await backoff.pause(signal);
    }
  }

  async #look(client: Engine['leader']['client'], signal: AbortSignal): Promise<Position> {
    const { namespace, origin, follower } = this.engine;
    const known = follower.known;
    const stopAt = later(later(known, this.#looked), origin);
    let newest = START;
    for await (const { position, stream } of this.#lastEvents(client, signal)) {
      newest = later(newest, position);
      const ours = stream.startsWith(namespace.prefix);
      if (!ours && position > stopAt) continue;
      this.#looked = later(this.#looked, newest);
      return ours ? later(known, position) : known;
    }
    return later(known, await this.#lastOf({ after: stopAt, upTo: newest, signal }));
  }

  async #lastOf({ after, upTo, signal }: Omit<Stretch, 'streamPrefix'>): Promise<Position> {
    let last = START;
    for await (const event of catchUp(this.engine, {
      after,
      upTo,
      foreignEnd: true,
      streamPrefix: '',
      signal,
    }))
      last = event.position;
    if (!signal.aborted) this.#looked = later(this.#looked, upTo);
    return last;
  }

  async *#lastEvents(
    client: Engine['leader']['client'],
    signal: AbortSignal,
  ): AsyncGenerator<{ readonly position: Position; readonly stream: string }, void> {
    const reading = client.readAll({
      direction: 'backwards',
      fromPosition: 'end',
      maxCount: LAST_EVENTS,
      requiresLeader: true,
    });
    const pulled = new PulledStream<AllStreamResolvedEvent, never>(reading);
    try {
      for (;;) {
        const next = await pulled.next('reading $all backwards', this.engine.timings.attemptMs, signal);
        if (next.kind !== 'event') return;
        const { event } = next.event;
        if (event) yield { position: toPosition(event.position), stream: event.streamId };
      }
    } finally {
      reading.cancel().catch(() => undefined);
    }
  }
}
