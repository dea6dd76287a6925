import type { Position } from '../ledger/port.js';

/** Those who wait for the views to reach a position. */
export class Waiters {
  readonly #waiting = new Set<{ readonly position: Position; readonly settle: (reached: boolean) => void }>();

  wait(position: Position, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (reached: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
        resolve(reached);
      };
      const timer = setTimeout(settle, timeoutMs, false);
      const waiter = { position, settle };
      this.#waiting.add(waiter);
    });
  }

  reached(position: Position): void {
    for (const waiter of [...this.#waiting]) if (waiter.position <= position) waiter.settle(true);
  }

  /** Nothing will be reached any more. */
  close(): void {
    for (const waiter of [...this.#waiting]) waiter.settle(false);
  }
}
