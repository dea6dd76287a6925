import { setTimeout as sleep } from 'node:timers/promises';
import { CliFailure, explain } from '../failure.js';

/** An event as it is sent. */
export type OutgoingEvent = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly type: string;
};

/** What the server answered of each event of a batch. */
export interface SentOutcome {
  readonly items: readonly {
    readonly id: string | null;
    readonly status: string;
    readonly code: string | null;
    readonly message: string | null;
  }[];
}

export interface OutboxOptions {
  readonly send: (events: readonly OutgoingEvent[]) => Promise<SentOutcome>;
  /** Most events that wait while the server is away. */
  readonly most: number;
  /** For a person to read. */
  readonly note: (text: string) => void;
  /** @defaultValue 250 */
  readonly firstPauseMs?: number;
  /** @defaultValue 15000 */
  readonly longestPauseMs?: number;
}

const BATCH = 200;

/**
 * Events on their way to the server: in order, sent again until it answered, in memory as long as this process lives.
 * What the server refuses for good is told and left; what does not fit is told too.
 */
export class Outbox {
  private readonly waiting: OutgoingEvent[] = [];
  private sending: Promise<void> | null = null;
  private lost = 0;

  constructor(private readonly options: OutboxOptions) {}

  /** How many wait. */
  get size(): number {
    return this.waiting.length;
  }

  push(event: OutgoingEvent): void {
    if (this.waiting.length >= this.options.most) {
      this.lost += 1;
      this.options.note(
        `${event.type} is lost: ${this.waiting.length} events wait already (${this.lost} lost so far)`,
      );
      return;
    }
    this.waiting.push(event);
    this.sending ??= this.drain().finally(() => {
      this.sending = null;
    });
  }

  /** @returns whether all was sent within the time */
  async flush(withinMs: number): Promise<boolean> {
    const late = new AbortController();
    // Ended below, where all was sent in time: that rejects, and is no fault.
    const clock = sleep(withinMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([this.sending ?? Promise.resolve(), clock]);
    late.abort();
    return this.waiting.length === 0;
  }

  private async drain(): Promise<void> {
    const { send, note, firstPauseMs = 250, longestPauseMs = 15_000 } = this.options;
    let pauseMs = firstPauseMs;
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, BATCH);
      try {
        const { items } = await send(batch);
        for (const { id, status, code, message } of items)
          if (status === 'rejected') note(`${id ?? 'an event'} was refused: ${code ?? ''} ${message ?? ''}`);
        const failed = items.filter(({ status }) => status === 'failed');
        const again = new Set(failed.map(({ id }) => id));
        this.waiting.splice(0, batch.length, ...batch.filter(({ id }) => again.has(id)));
        const [first] = failed;
        if (first !== undefined)
          throw new CliFailure(
            `${failed.length} ${failed.length === 1 ? 'event' : 'events'} failed: ${first.code ?? ''} ${first.message ?? ''}`,
          );
        pauseMs = firstPauseMs;
      } catch (error) {
        note(
          `${explain(error).message}; ${this.waiting.length} events wait, again in ${(pauseMs / 1000).toFixed(1)} s`,
        );
        await sleep(pauseMs * (0.5 + Math.random() / 2), undefined, { ref: false });
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }
}
