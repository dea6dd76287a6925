import { setImmediate } from 'node:timers/promises';
import { UnknownOutcome } from '../../src/ledger/errors.js';
import type { Appended, Expected, Ledger, NewEvent, Revision, StreamName } from '../../src/ledger/port.js';
import { Journal, type JournalOptions } from '../../src/webhooks/journal.js';
import type { LeaseClock } from '../../src/webhooks/lease-clock.js';

/** What goes wrong with a process's next append: it is done and the answer is lost, or it is never done. */
export type Loss = 'answer' | 'request';

/**
 * Processes that share a ledger, in a time of their own: nothing happens between two `pass`es but what was begun. The
 * true time is the world's; each process has a clock that runs a little fast or slow, from another beginning.
 */
export class LeaseWorld {
  now = 0;
  readonly processes: LeaseProcess[] = [];
  readonly #sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  #working = 0;

  /** Starts a process with a ledger of its own or a shared one. */
  start(ledger: Ledger, options: Partial<JournalOptions> & { rate?: number } = {}): LeaseProcess {
    const process = new LeaseProcess(this, ledger, this.processes.length, options);
    this.processes.push(process);
    process.journal.start();
    return process;
  }

  /** Those that can run and believe that they may send. */
  holders(): readonly LeaseProcess[] {
    return this.processes.filter(({ canRun, journal }) => canRun && journal.holding);
  }

  /** Lets time pass, step by step; after each, all that was begun comes to an end or to a wait. */
  async pass(ms: number, each: () => void = () => undefined, stepMs = 100): Promise<void> {
    for (const end = this.now + ms; this.now < end;) {
      await this.settled();
      this.now = Math.min(this.now + stepMs, end);
      for (const sleeper of [...this.#sleepers].filter(({ at }) => at <= this.now)) sleeper.wake();
      await this.settled();
      each();
    }
  }

  async settled(): Promise<void> {
    for (let quiet = 0; quiet < 20; quiet = this.#working > 0 ? 0 : quiet + 1) await setImmediate();
  }

  async work<T>(promise: Promise<T>): Promise<T> {
    this.#working += 1;
    try {
      return await promise;
    } finally {
      this.#working -= 1;
    }
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const sleeper = {
        at: this.now + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', sleeper.wake, { once: true });
    });
  }
}

/** One server, which can be stopped in its tracks at any await and go on later. */
export class LeaseProcess {
  readonly journal: Journal;
  readonly losses: Loss[] = [];
  #gate: Promise<void> | null = null;
  #open: () => void = () => undefined;
  #cut: Promise<void> | null = null;
  #mend: () => void = () => undefined;

  constructor(
    private readonly world: LeaseWorld,
    private readonly ledger: Ledger,
    index: number,
    { rate = 1, ...options }: Partial<JournalOptions> & { rate?: number },
  ) {
    const clock: LeaseClock = {
      now: () => index * 1e6 + world.now * rate,
      sleep: async (ms, signal) => {
        await world.sleep(ms / rate, signal);
        await this.#passage();
      },
    };
    this.journal = new Journal({
      ledger: {
        append: (stream, expected, events) => this.#append(stream, expected, events),
        readStream: (stream, from, maxCount) => this.#read(stream, from, maxCount),
      },
      name: `process-${index}`,
      ttlMs: 10_000,
      clock,
      ...options,
    });
  }

  get canRun(): boolean {
    return this.#gate === null;
  }

  /** Stops it as SIGSTOP does, or for good. */
  pause(): void {
    this.#gate ??= new Promise((resolve) => (this.#open = resolve));
  }

  resume(): void {
    this.#gate = null;
    this.#open();
  }

  /** It runs on, and hears nothing from the ledger. */
  cutOff(): void {
    this.#cut ??= new Promise((resolve) => (this.#mend = resolve));
  }

  reconnect(): void {
    this.#cut = null;
    this.#mend();
  }

  /** Nothing runs past here while it is paused. */
  async #passage(): Promise<void> {
    while (this.#gate !== null) await this.#gate;
  }

  /** To the ledger or back. */
  async #way(): Promise<void> {
    await this.#passage();
    while (this.#cut !== null) await this.#cut;
    await this.#passage();
  }

  async #append(stream: StreamName, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    await this.#way();
    const loss = this.losses.shift();
    if (loss === 'request') throw new UnknownOutcome(stream, new Error('the request was lost'));
    try {
      const appended = await this.world.work(this.ledger.append(stream, expected, events));
      if (loss === 'answer') throw new UnknownOutcome(stream, new Error('the answer was lost'));
      return appended;
    } finally {
      await this.#way();
    }
  }

  async *#read(stream: StreamName, from?: Revision, maxCount?: number) {
    await this.#way();
    const events = await this.world.work(all(this.ledger.readStream(stream, from, maxCount)));
    await this.#way();
    yield* events;
  }
}

/** All that a ledger yields. */
export const all = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};
