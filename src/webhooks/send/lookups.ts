import type { Resolve } from './guarded-connector.js';

/** Under way at once. The system's look-up takes one of Node's four threads, which files are read with too. */
const MOST_AT_ONCE = 2;
const MOST_REMEMBERED = 1_000;

type Answer = Parameters<Resolve>[1];

/**
 * Look-ups of names, of each name one at a time and few in all: one of the system's cannot be ended before it ends by
 * itself, which takes many seconds when no name server answers. Who asks for a name while it is looked up gets the same
 * answer. Names that failed last time take turns with each other alone, so that the others need not wait for them.
 */
export class Lookups {
  readonly #asking = new Map<string, Answer[]>();
  readonly #waiting = new Set<string>();
  readonly #underWay = new Set<string>();
  readonly #failed = new Set<string>();

  constructor(private readonly resolve: Resolve) {}

  of(host: string, answer: Answer): void {
    const asking = this.#asking.get(host);
    if (asking !== undefined) {
      asking.push(answer);
      return;
    }
    this.#asking.set(host, [answer]);
    this.#waiting.add(host);
    this.#begin();
  }

  #begin(): void {
    for (const host of this.#waiting) {
      if (this.#underWay.size >= MOST_AT_ONCE) return;
      if (this.#failed.has(host) && [...this.#underWay].some((other) => this.#failed.has(other))) continue;
      this.#waiting.delete(host);
      this.#underWay.add(host);
      this.resolve(host, (error, addresses) => {
        this.#underWay.delete(host);
        this.#remember(host, error !== null);
        const asking = this.#asking.get(host) ?? [];
        this.#asking.delete(host);
        for (const answer of asking) answer(error, addresses);
        this.#begin();
      });
    }
  }

  #remember(host: string, hasFailed: boolean): void {
    this.#failed.delete(host);
    if (this.#failed.size >= MOST_REMEMBERED) this.#failed.clear();
    if (hasFailed) this.#failed.add(host);
  }
}
