interface Waiting {
  readonly until: number;
  readonly settle: (taken: boolean) => void;
}

/** A bounded number of places, given in the order in which they were asked for. */
export class Places {
  readonly #waiting = new Set<Waiting>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * @param until time of `performance.now()`
   * @returns whether there was a place before `until`; it is to be given back then
   */
  async take(until: number): Promise<boolean> {
    const ms = until - performance.now();
    if (ms <= 0) return false;
    if (this.#free > 0) {
      this.#free -= 1;
      return true;
    }
    return new Promise((resolve) => {
      const settle = (taken: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        resolve(taken);
      };
      const waiting = { until, settle };
      const timer = setTimeout(() => settle(false), ms);
      this.#waiting.add(waiting);
    });
  }

  /** The place goes to the next whose time is not over, though his timer may not have run yet. */
  giveBack(): void {
    const now = performance.now();
    for (const { until, settle } of this.#waiting) {
      const inTime = now < until;
      settle(inTime);
      if (inTime) return;
    }
    this.#free += 1;
  }
}
