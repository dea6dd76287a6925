import { isFurtherLine } from '../../intake/libvirt/events-line.js';

/** Event lines that are sent together, as text. */
export interface EventBatch {
  readonly text: string;
  /** Number in the input of its first line, from 1. */
  readonly firstLine: number;
}

export interface BatchLimits {
  readonly mostBytes: number;
  readonly mostLines: number;
}

/** Gathers lines into batches; an event of several lines is never cut in two. */
export class EventBatcher {
  #lines: string[] = [];
  #bytes = 0;
  #firstLine = 1;

  constructor(private readonly limits: BatchLimits) {}

  /** @returns the batch that is complete before this line, if any */
  push(line: Buffer): EventBatch | null {
    const text = line.toString('utf8');
    const isFull =
      this.#bytes + line.length + 1 > this.limits.mostBytes || this.#lines.length >= this.limits.mostLines;
    // libvirt's longest event has some 60 lines; what goes on for longer is no event, and is cut.
    const goesOn = isFurtherLine(text) && this.#lines.length < this.limits.mostLines + 256;
    const done = isFull && !goesOn ? this.take() : null;
    this.#lines.push(text);
    this.#bytes += line.length + 1;
    return done;
  }

  /** What is gathered by now; null when nothing is. */
  take(): EventBatch | null {
    if (this.#lines.length === 0) return null;
    const batch = { text: this.#lines.join('\n'), firstLine: this.#firstLine };
    this.#firstLine += this.#lines.length;
    this.#lines = [];
    this.#bytes = 0;
    return batch;
  }
}
