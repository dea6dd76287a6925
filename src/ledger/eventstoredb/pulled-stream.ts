import { PastDeadline } from './deadline.js';

/** What is used of the client's readable streams. */
interface ObjectStream {
  readonly readableLength: number;
  read(): unknown;
  on(event: 'readable' | 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export type Pulled<T, S> =
  | { readonly kind: 'event'; readonly event: T }
  | { readonly kind: 'signal'; readonly signal: S }
  | { readonly kind: 'end' };

/**
 * A stream of the client as one sequence of events and signals. The client emits its signals (`caughtUp`, `fellBehind`)
 * when they arrive, which is ahead of the events that arrived before and still wait in its buffer; here a signal keeps its
 * place behind them.
 */
export class PulledStream<T, S> {
  readonly #stream: ObjectStream;
  readonly #signals: { readonly after: number; readonly signal: S }[] = [];
  #taken = 0;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(stream: ObjectStream) {
    this.#stream = stream;
    stream.on('readable', () => this.#wake());
    stream.on('error', (error: unknown) => {
      this.#failure ??= { error };
      this.#wake();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake();
    };
    stream.on('end', end);
    stream.on('close', end);
  }

  /** To be called as the client says it: its place is after all that has arrived by now. */
  signal(signal: S): void {
    this.#signals.push({ after: this.#taken + this.#stream.readableLength, signal });
    this.#wake();
  }

  /** A sign of life that is neither an event nor a signal. */
  touch(): void {
    this.#wake();
  }

  /**
   * @throws PastDeadline when nothing at all came for `silenceMs`
   * @throws what the stream failed with; what it had not given by then is lost with it
   */
  async next(what: string, silenceMs: number, signal: AbortSignal): Promise<Pulled<T, S>> {
    for (;;) {
      if (this.#failure) throw this.#failure.error;
      const [first] = this.#signals;
      if (first && first.after <= this.#taken) {
        this.#signals.shift();
        return { kind: 'signal', signal: first.signal };
      }
      const event = this.#stream.read() as T | null;
      if (event !== null) {
        this.#taken += 1;
        return { kind: 'event', event };
      }
      if (this.#ended || signal.aborted) return { kind: 'end' };
      await this.#anything(what, silenceMs, signal);
    }
  }

  #anything(what: string, silenceMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void) => (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', ended);
        this.#wake = () => undefined;
        settle();
      };
      const ended = done(resolve);
      const timer = setTimeout(
        done(() => reject(new PastDeadline(what, silenceMs))),
        silenceMs,
      );
      signal.addEventListener('abort', ended);
      this.#wake = ended;
    });
  }
}
