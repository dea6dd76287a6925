import type { Position } from '../ledger/port.js';
import type { Views } from '../views/views.js';

export interface Reaching {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits for the views to reach a position.
 * @throws Error when they do not in time, or when the signal is given before
 */
export const viewsReached = async (
  views: Pick<Views, 'waitFor'>,
  position: Position,
  { timeoutMs, signal }: Reaching,
): Promise<void> => {
  signal.throwIfAborted();
  let end: () => void = () => undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    end = () => reject(signal.reason as Error);
    signal.addEventListener('abort', end);
  });
  try {
    const isThere = await Promise.race([views.waitFor(position, timeoutMs), ended]);
    if (!isThere) throw new Error(`the views did not reach ${position} in ${timeoutMs} ms`);
  } finally {
    signal.removeEventListener('abort', end);
  }
};
