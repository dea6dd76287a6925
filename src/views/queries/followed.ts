/**
 * What a client follows. Pulled: nothing is made before it is asked for, so nothing is kept for a slow client.
 * `return` ends it at once, also while it waits for the next: a plain generator would finish its wait first.
 */
export class Followed<T> implements AsyncGenerator<T, void, undefined> {
  readonly #ending = new AbortController();
  readonly #made: AsyncGenerator<T, void, undefined>;

  constructor(make: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>) {
    this.#made = make(this.#ending.signal);
  }

  next(): Promise<IteratorResult<T, void>> {
    return this.#made.next();
  }

  return(): Promise<IteratorResult<T, void>> {
    this.#ending.abort();
    return this.#made.return();
  }

  throw(error: unknown): Promise<IteratorResult<T, void>> {
    this.#ending.abort();
    return this.#made.throw(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
