/** So many per second, and no more than a second's worth at once. */
export class Rate {
  #tokens: number;
  #at: number;

  /** @param now milliseconds */
  constructor(
    private readonly perSecond: number,
    now: number,
  ) {
    this.#tokens = perSecond;
    this.#at = now;
  }

  /** @returns 0 when it may begin now, which counts; else how many milliseconds to wait */
  take(now: number): number {
    const passed = Math.max(now - this.#at, 0);
    this.#tokens = Math.min(this.perSecond, this.#tokens + (passed * this.perSecond) / 1000);
    this.#at = now;
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) * 1000) / this.perSecond);
    this.#tokens -= 1;
    return 0;
  }
}
