import type { AllStreamResolvedEvent } from '@eventstore/db-client';
import { LedgerUnavailable } from '../errors.js';
import { START, type Position } from '../port.js';
import { Backoff } from './backoff.js';
import { classify } from './classify.js';
import type { Engine } from './engine.js';
import { later, toPosition, toServerPosition } from './position.js';
import { PulledStream } from './pulled-stream.js';
import { reasonOf } from './read-stream.js';

/** First a few events, then, on a server that others write to as well, more at a time. */
const FIRST_PAGE = 16;
const PAGE = 1_000;

/**
 * The position of the last event of the ledger, as the leader has it: other processes append too, and what this one knows of
 * them comes a moment late. Read backwards from the end of `$all` to what is known; where it once looked it does not
 * look again, so the events of others are passed over once.
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
    const known = this.engine.follower.known;
    const stopAt = later(known, this.#looked);
    let newest: Position | undefined;
    let before: Position | undefined;
    for (;;) {
      let seen = 0;
      const most = before === undefined ? FIRST_PAGE : PAGE;
      for await (const { position, stream } of this.#page(client, before, most, signal)) {
        newest ??= position;
        before = position;
        seen += 1;
        const ours = stream.startsWith(this.engine.namespace.prefix);
        if (!ours && position > stopAt) continue;
        this.#looked = later(this.#looked, newest);
        return ours ? later(known, position) : known;
      }
      if (seen < most) return known;
    }
  }

  async *#page(
    client: Engine['leader']['client'],
    before: Position | undefined,
    maxCount: number,
    signal: AbortSignal,
  ): AsyncGenerator<{ readonly position: Position; readonly stream: string }, void> {
    const reading = client.readAll({
      direction: 'backwards',
      fromPosition: (before === undefined ? undefined : toServerPosition(before)) ?? 'end',
      maxCount,
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
