import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { CheckedAppend } from '../checked-append.js';
import { LedgerClosed, Overloaded, UnknownOutcome } from '../errors.js';
import type { LedgerLimits } from '../limits.js';
import { answer, type Outcome } from '../outcome.js';
import type { Appended } from '../port.js';
import type { WriterAppend } from './writer-messages.js';

/** A group that is heavier is closed: more in one transaction gains little. */
const GROUP_BYTES = 1024 * 1024;

interface Waiting {
  readonly append: CheckedAppend;
  readonly acceptedAtMs: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
}

interface Sent {
  readonly group: readonly Waiting[];
  readonly deadline: NodeJS.Timeout;
}

/**
 * The queue in front of the writer: whatever waits when the writer is free goes to it as one group. A second group is
 * sent ahead only when it is full; sent earlier it would take a sync to disk for a few appends.
 */
export class GroupCommit {
  readonly #limits: LedgerLimits;
  readonly #send: (group: readonly WriterAppend[]) => void;
  #waiting: Waiting[] = [];
  #sent: Sent[] = [];
  #count = 0;
  #bytes = 0;
  #flushing = false;
  #refusing = false;
  #whenIdle: (() => void)[] = [];

  constructor(limits: LedgerLimits, send: (group: readonly WriterAppend[]) => void) {
    this.#limits = limits;
    this.#send = send;
  }

  /** @throws LedgerClosed, Overloaded at once; what became of the append later */
  submit(append: CheckedAppend, acceptedAtMs: number): Promise<Appended> {
    if (this.#refusing) throw new LedgerClosed();
    const { maxWaitingAppends, maxWaitingBytes } = this.#limits;
    if (this.#count >= maxWaitingAppends || this.#bytes + append.bytes > maxWaitingBytes)
      throw new Overloaded(this.#count);
    this.#count += 1;
    this.#bytes += append.bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ append, acceptedAtMs, resolve, reject });
      this.#flushSoon();
    });
  }

  /** The oldest group sent was committed. */
  committed(outcomes: readonly Outcome[]): void {
    const group = this.#answered();
    group.forEach(({ append, resolve, reject }, index) => {
      const outcome = outcomes[index];
      try {
        if (!outcome) throw new UnknownOutcome(append.stream, new Error('the writer gave no outcome'));
        resolve(answer(append, outcome));
      } catch (error) {
        reject(error as Error);
      }
    });
  }

  /** The oldest group sent was not committed, as far as the writer can tell. */
  failed(cause: unknown): void {
    for (const { append, reject } of this.#answered()) reject(new UnknownOutcome(append.stream, cause));
  }

  /** The writer is gone. What it had may be written or not; what still waited here is not. */
  abandon(cause: unknown): void {
    this.#refusing = true;
    while (this.#sent.length > 0) this.failed(cause);
    for (const waiting of this.#withdraw()) waiting.reject(new LedgerClosed());
  }

  /** Refuses what comes from now on. Resolves when all that was accepted is answered, or given up. */
  drain(): Promise<void> {
    this.#refusing = true;
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** One turn of the event loop later, so that all who were answered together can join the next group together. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      while (this.#writerHasRoom()) this.#sendGroup();
    });
  }

  #writerHasRoom(): boolean {
    if (this.#sent.length === 0) return this.#waiting.length > 0;
    return this.#sent.length === 1 && this.#waiting.length >= this.#limits.maxGroupAppends;
  }

  #sendGroup(): void {
    let size = 0;
    let bytes = 0;
    for (const { append } of this.#waiting) {
      if (size === this.#limits.maxGroupAppends || (size > 0 && bytes + append.bytes > GROUP_BYTES)) break;
      size += 1;
      bytes += append.bytes;
    }
    const group = this.#waiting.splice(0, size);
    const deadline = setTimeout(() => this.#giveUp(group), this.#limits.appendTimeoutMs).unref();
    this.#sent.push({ group, deadline });
    this.#send(
      group.map(({ append: { stream, firstRevision, events }, acceptedAtMs }) => ({
        stream,
        firstRevision,
        acceptedAtMs,
        events,
      })),
    );
  }

  /** The disk hangs, say. The callers get an answer; the group keeps its place, for the writer may yet answer it. */
  #giveUp(group: readonly Waiting[]): void {
    const cause = new Error(`no answer of the writer in ${this.#limits.appendTimeoutMs} ms`);
    for (const { append, reject } of group) reject(new UnknownOutcome(append.stream, cause));
    const overloaded = new Overloaded(this.#count);
    for (const waiting of this.#withdraw()) waiting.reject(overloaded);
    if (this.#refusing) this.#idle();
  }

  #answered(): readonly Waiting[] {
    const sent = this.#sent.shift();
    if (!sent) return [];
    clearTimeout(sent.deadline);
    this.#release(sent.group);
    if (this.#waiting.length > 0) this.#flushSoon();
    return sent.group;
  }

  #withdraw(): readonly Waiting[] {
    const withdrawn = this.#waiting;
    this.#waiting = [];
    this.#release(withdrawn);
    return withdrawn;
  }

  #release(group: readonly Waiting[]): void {
    this.#count -= group.length;
    for (const { append } of group) this.#bytes -= append.bytes;
    if (this.#count === 0) this.#idle();
  }

  #idle(): void {
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
