import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { CheckedAppend } from '../checked-append.js';
import { CannotOpenLedger } from '../errors.js';
import type { LedgerLimits } from '../limits.js';
import type { Appended } from '../port.js';
import { GroupCommit } from './group-commit.js';
import { startThread } from './start-thread.js';
import type { FromWriter, ToWriter } from './writer-messages.js';

/** How long a writer that has nothing left to do may take to close the file. */
const CLOSE_TIMEOUT_MS = 10_000;

/** The one writer of a file, in a thread of its own so that waiting for the disk stops nobody else. */
export class Writer {
  readonly #thread: Worker;
  readonly #queue: GroupCommit;
  readonly #exited: Promise<void>;

  private constructor(thread: Worker, limits: LedgerLimits, onCommit: () => void) {
    this.#thread = thread;
    this.#queue = new GroupCommit(limits, (appends) => this.#say({ kind: 'group', appends }));
    this.#exited = new Promise((resolve) => {
      thread.once('exit', (code) => {
        this.#queue.abandon(new Error(`the writer ended with code ${code}`));
        resolve();
      });
    });
    thread.on('error', (error) => this.#queue.abandon(error));
    thread.on('message', (message: FromWriter) => {
      if (message.kind === 'failed') this.#queue.failed(message.error);
      if (message.kind !== 'committed') return;
      this.#queue.committed(message.outcomes);
      onCommit();
    });
  }

  /**
   * @param onCommit called after each group, its appends answered
   * @throws CannotOpenLedger
   */
  static async start(path: string, limits: LedgerLimits, onCommit: () => void): Promise<Writer> {
    const thread = startThread('writer-thread', { path });
    const first = await new Promise<FromWriter>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', (code) => reject(new Error(`the writer ended with code ${code}`)));
    });
    if (first.kind === 'ready') return new Writer(thread, limits, onCommit);
    // It ends by itself. Ending it from outside while SQLite is at work can abort the whole program.
    await once(thread, 'exit');
    if (first.kind === 'refused' && first.reason)
      throw new CannotOpenLedger(path, first.reason, first.message);
    throw new Error(`${path}: ${first.kind === 'refused' ? first.message : 'the writer did not start'}`);
  }

  /** @throws LedgerClosed, Overloaded, and what became of the append */
  append(append: CheckedAppend, acceptedAtMs: number): Promise<Appended> {
    return this.#queue.submit(append, acceptedAtMs);
  }

  /** Answers all that was accepted, then closes the file. */
  async close(): Promise<void> {
    await this.#queue.drain();
    this.#say({ kind: 'close' });
    const timeout = new AbortController();
    // A writer that hangs in the disk cannot be ended safely; the process goes on without it.
    const tooLong = setTimeout(CLOSE_TIMEOUT_MS, undefined, { signal: timeout.signal, ref: false }).catch(
      () => undefined,
    );
    await Promise.race([this.#exited, tooLong]);
    timeout.abort();
  }

  /**
   * Ends the thread after the group in hand, the rest unwritten. Not by `Worker.terminate`: that can strike while
   * SQLite is at work, and then aborts the whole program.
   */
  async terminate(): Promise<void> {
    this.#say({ kind: 'end' });
    await this.#exited;
  }

  #say(message: ToWriter): void {
    this.#thread.postMessage(message);
  }
}
