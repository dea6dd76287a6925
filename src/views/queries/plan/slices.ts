import { setImmediate } from 'node:timers/promises';

/** How long work may keep others waiting. */
const SLICE_MS = 10;

/** Cuts long work into slices: call `turn` between its parts, and others get theirs. */
export class Slices {
  #ends = performance.now() + SLICE_MS;

  async turn(): Promise<void> {
    if (performance.now() < this.#ends) return;
    await setImmediate();
    this.#ends = performance.now() + SLICE_MS;
  }
}
