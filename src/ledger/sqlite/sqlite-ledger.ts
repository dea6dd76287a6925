import { mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { checkAppend } from '../checked-append.js';
import { Growth } from '../growth.js';
import { DEFAULT_LIMITS, type LedgerLimits } from '../limits.js';
import { readPages } from '../log-pages.js';
import type {
  Appended,
  Delivery,
  Expected,
  Filter,
  Ledger,
  NewEvent,
  Position,
  Revision,
  StoredEvent,
  StreamName,
} from '../port.js';
import { toPosition } from '../position.js';
import { subscribeToPages } from '../subscription.js';
import { openForReading } from './connection.js';
import { LogReader } from './log-reader.js';
import { runUpkeep } from './upkeep.js';
import type { Verification } from './verify-log.js';
import { WriterLock } from './writer-lock.js';
import { Writer } from './writer.js';

export interface SqliteLedgerOptions {
  /** The file; created with its folder when missing. `<path>.lock`, `-wal` and `-shm` stand beside it. */
  readonly path: string;
  readonly limits?: Partial<LedgerLimits> | undefined;
  /** Clock of `recordedAt`, ms since 1970. @defaultValue `Date.now` */
  readonly now?: (() => number) | undefined;
}

/** The embedded ledger: one SQLite file, one writer, durable when it answers. */
export class SqliteLedger implements Ledger {
  readonly path: string;
  readonly #limits: LedgerLimits;
  readonly #now: () => number;
  readonly #lock: WriterLock;
  readonly #writer: Writer;
  readonly #reader: LogReader;
  readonly #growth: Growth;
  #closing: Promise<void> | undefined;

  private constructor(
    options: SqliteLedgerOptions & { readonly limits: LedgerLimits },
    parts: {
      readonly lock: WriterLock;
      readonly writer: Writer;
      readonly reader: LogReader;
      readonly growth: Growth;
    },
  ) {
    this.path = options.path;
    this.#limits = options.limits;
    this.#now = options.now ?? Date.now;
    this.#lock = parts.lock;
    this.#writer = parts.writer;
    this.#reader = parts.reader;
    this.#growth = parts.growth;
  }

  /**
   * @throws CannotOpenLedger when the file is in use, of a later version, or no ledger
   */
  static async open(options: SqliteLedgerOptions): Promise<SqliteLedger> {
    const path = realPathOf(options.path);
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const growth = new Growth();
    const lock = new WriterLock(path);
    try {
      const writer = await Writer.start(path, limits, () => growth.notify());
      try {
        const reader = new LogReader(openForReading(path));
        return new SqliteLedger({ ...options, path, limits }, { lock, writer, reader, growth });
      } catch (error) {
        await writer.close();
        throw error;
      }
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  async append(stream: StreamName, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    return this.#writer.append(checkAppend(stream, expected, events, this.#limits), this.#now());
  }

  readStream(
    stream: StreamName,
    from: Revision = 0n,
    maxCount = Infinity,
  ): AsyncGenerator<StoredEvent, void> {
    return this.#reader.readStream(stream, from, maxCount);
  }

  readAll(after: Position, filter?: Filter, maxCount = Infinity): AsyncGenerator<StoredEvent, void> {
    return readPages(this.#reader, after, filter, maxCount);
  }

  subscribe(
    after: Position,
    options: { readonly filter?: Filter; readonly signal: AbortSignal },
  ): AsyncGenerator<Delivery, void> {
    const { fellBehindAfter } = this.#limits;
    return subscribeToPages(this.#reader, this.#growth, after, { ...options, fellBehindAfter });
  }

  async head(): Promise<Position> {
    return toPosition(this.#reader.head());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Writes a copy of the log as of now to a new file, while appends go on. The copy opens as a ledger. */
  async backup(target: string): Promise<void> {
    await runUpkeep({ kind: 'backup', path: this.path, target: resolve(target) });
  }

  /** Reads the whole file and checks it, while appends go on. */
  async verify(): Promise<Verification> {
    return verifyLedgerFile(this.path);
  }

  async #close(): Promise<void> {
    const drained = this.#writer.close();
    this.#growth.close();
    this.#reader.close();
    await drained;
    this.#lock.release();
  }
}

/**
 * Checks a ledger file, open elsewhere or not.
 *
 * @throws Error when the file is missing or no ledger
 */
export async function verifyLedgerFile(path: string): Promise<Verification> {
  const verification = await runUpkeep({ kind: 'verify', path });
  if (!verification) throw new Error(`no verification of ${path}`);
  return verification;
}

/** Two names of one file are to find one lock. */
function realPathOf(path: string): string {
  const folder = dirname(resolve(path));
  mkdirSync(folder, { recursive: true });
  try {
    return realpathSync(path);
  } catch {
    return join(realpathSync(folder), basename(path)); // not there yet
  }
}
