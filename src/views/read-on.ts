import { setTimeout } from 'node:timers/promises';

/** How long to wait before reading on (ms): twice as long each time, until something was read. */
export interface RetryMs {
  readonly least: number;
  readonly most: number;
}

export interface ReadOn {
  readonly signal: AbortSignal;
  readonly retryMs: RetryMs;
  /** How far it has got: a position, or a count. Another than before, and it got further. */
  readonly at: () => string | number | null;
  /** Reads until the subscription ends or fails, or there is nothing to be read for now. */
  readonly read: () => Promise<void>;
  readonly failed: (error: unknown, pauseMs: number) => void;
}

/** Reads a ledger on and on, whatever ends or fails. Resolves once the signal says so. */
export const readOn = async ({ signal, retryMs, at, read, failed }: ReadOn): Promise<void> => {
  let pauseMs = retryMs.least;
  while (!signal.aborted) {
    const before = at();
    try {
      await read();
    } catch (error) {
      failed(error, pauseMs);
    }
    if (at() !== before) pauseMs = retryMs.least;
    // It rejects when the signal ends the wait: that is no fault.
    await setTimeout(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, retryMs.most);
  }
};
