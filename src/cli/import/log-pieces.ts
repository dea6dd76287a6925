/** A part of a log that the server can read by itself. */
export interface LogPiece {
  readonly body: Buffer<ArrayBuffer>;
  /** Number in the file of a line of `body`, both from 1; null for a line that repeats one from before the piece. */
  readonly lineOf: (lineInBody: number) => number | null;
}

export interface CutterOptions {
  /** Most bytes of a piece. A start that is longer by itself is sent whole. */
  readonly mostBytes: number;
  /** The start of the process that the log goes on with: of the rotation before it. */
  readonly startBefore?: Buffer | undefined;
}

/** A command line is some tens of kilobytes; what is longer is not one, and is not repeated. */
const LONGEST_START = 1024 * 1024;
const STARTING = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d{4}|Z)?: starting up\b/;
const FEED = Buffer.from('\n');
const [CARRIAGE_RETURN, BACKSLASH, LINE_FEED] = [0x0d, 0x5c, 0x0a];

/**
 * Cuts a log where a process starts. Where one process alone wrote more than fits, or where a rotation cut it in two,
 * the piece begins with a copy of that process's start, without which nothing in it says which VM it is of. The
 * server knows the start again, so the copy changes nothing.
 */
export class LogCutter {
  readonly #mostBytes: number;
  /** Start of the process at hand: the `starting up` line and the command line. */
  #start: Buffer[];
  #inStart = false;
  /** Of the piece at hand, without the copy of a start. */
  #lines: Buffer[] = [];
  #bytes = 0;
  #copy: Buffer | null = null;
  #firstLine = 1;
  /** Index in `#lines` of the last start. */
  #lastStart = 0;

  constructor({ mostBytes, startBefore }: CutterOptions) {
    this.#mostBytes = mostBytes;
    this.#start = startBefore === undefined ? [] : [startBefore];
  }

  /** @returns the piece that this line completes by not being in it, if any */
  push(line: Buffer): LogPiece | null {
    const isFull = this.#bytes + line.length + FEED.length > this.#mostBytes && this.#lines.length > 0;
    const starts = isDigit(line[0]) && STARTING.test(line.toString('latin1', 0, 64));
    let done: LogPiece | null = null;
    if (isFull && starts) done = this.#take(this.#lines.length);
    else if (isFull && this.#lastStart > 0) done = this.#take(this.#lastStart);
    // Never within a start: neither half of it would be one.
    else if (isFull && !this.#inStart) done = this.#take(this.#lines.length);
    if (this.#lines.length === 0 && !starts) this.#copy = this.lastStart ?? null;
    if (this.#lines.length === 0) this.#bytes = this.#copy?.length ?? 0;
    if (starts) this.#lastStart = this.#lines.length;
    this.#follow(line, starts);
    this.#lines.push(line);
    this.#bytes += line.length + FEED.length;
    return done;
  }

  end(): LogPiece | null {
    return this.#lines.length === 0 ? null : this.#take(this.#lines.length);
  }

  /** The start that a following rotation may go on with. */
  get lastStart(): Buffer | undefined {
    return this.#start.length === 0 ? undefined : Buffer.concat(this.#start);
  }

  #follow(line: Buffer, starts: boolean): void {
    if (starts) {
      this.#start = [line, FEED];
      this.#inStart = true;
      return;
    }
    if (!this.#inStart) return;
    this.#start.push(line, FEED);
    const goesOn = line.at(line.at(-1) === CARRIAGE_RETURN ? -2 : -1) === BACKSLASH;
    if (this.#start.reduce((sum, part) => sum + part.length, 0) > LONGEST_START) {
      this.#start = [];
      this.#inStart = false;
    } else if (!goesOn) this.#inStart = false;
  }

  /** The first `count` lines as a piece; those after them begin the next one. */
  #take(count: number): LogPiece {
    const [copy, firstLine] = [this.#copy, this.#firstLine];
    const taken = this.#lines.slice(0, count);
    this.#lines = this.#lines.slice(count);
    this.#bytes = this.#lines.reduce((sum, line) => sum + line.length + FEED.length, 0);
    this.#copy = null;
    this.#firstLine += count;
    this.#lastStart = 0;
    const copied = copy?.filter((byte) => byte === LINE_FEED).length ?? 0;
    return {
      body: Buffer.concat([...(copy === null ? [] : [copy]), ...taken.flatMap((line) => [line, FEED])]),
      lineOf: (lineInBody) => (lineInBody <= copied ? null : lineInBody - copied + firstLine - 1),
    };
  }
}

/** A cheap look before a dear one: of most lines the first byte tells. */
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** The same piece in smaller ones, for a server that takes less. */
export const cutSmaller = (piece: LogPiece, mostBytes: number): readonly LogPiece[] => {
  const cutter = new LogCutter({ mostBytes });
  const pieces: LogPiece[] = [];
  const keep = (part: LogPiece | null): void => {
    if (part === null) return;
    const lineOf = (lineInBody: number): number | null => {
      const inPiece = part.lineOf(lineInBody);
      return inPiece === null ? null : piece.lineOf(inPiece);
    };
    pieces.push({ body: part.body, lineOf });
  };
  for (let from = 0; from < piece.body.length;) {
    const feed = piece.body.indexOf(LINE_FEED, from);
    const to = feed < 0 ? piece.body.length : feed;
    keep(cutter.push(piece.body.subarray(from, to)));
    from = to + 1;
  }
  keep(cutter.end());
  return pieces;
};
