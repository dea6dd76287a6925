import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { COLOURED, PLAIN, type Style } from './style.js';

/** What a screen needs of a stream; `process.stdout` has it, and so has a stream that a test keeps. */
export type Output = Pick<Writable, 'write' | 'writableNeedDrain' | 'once' | 'on'> & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Node's own answer, which knows NO_COLOR, FORCE_COLOR, NODE_DISABLE_COLORS and TERM. */
  hasColors?(): boolean;
};

/** A narrower terminal is written to as if it had these: tables need room for a UUID. */
const FEWEST_COLUMNS = 60;

/** Standard output or standard error, as a command writes to it. */
export class Screen {
  readonly isTty: boolean;
  readonly style: Style;

  constructor(private readonly output: Output) {
    this.isTty = output.isTTY === true;
    this.style = this.isTty && output.hasColors?.() === true ? COLOURED : PLAIN;
  }

  /** Columns of the terminal; Infinity where nobody looks on: what goes into a pipe or file is never cut. */
  get width(): number {
    return this.isTty ? Math.max(this.output.columns ?? 80, FEWEST_COLUMNS) : Infinity;
  }

  write(text: string): void {
    this.output.write(text);
  }

  line(text = ''): void {
    this.write(`${text}\n`);
  }

  /** Never coloured. */
  json(value: unknown): void {
    this.line(JSON.stringify(value, null, 2));
  }

  /** For endless output: waits until the reader at the other end has taken what was written. */
  async drained(): Promise<void> {
    if (this.output.writableNeedDrain) await once(this.output as Writable, 'drain');
  }
}
