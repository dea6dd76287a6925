import { MAX_LINE_BYTES } from './export-format.js';

const LINE_FEED = 0x0a;
const NOTHING = Buffer.alloc(0);

export interface FileLine {
  /** Without the line feed; of a line that is too long, no more than shows that it is. */
  readonly bytes: Buffer;
  /** False for what stands behind the last line feed. */
  readonly isWhole: boolean;
}

/** Cuts a file into lines, holding one at a time. */
export async function* fileLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<FileLine, void> {
  let parts: Buffer[] = [];
  let size = 0;
  const keep = (part: Buffer): void => {
    const room = MAX_LINE_BYTES + 1 - size;
    if (part.length === 0 || room <= 0) return;
    parts.push(part.subarray(0, room));
    size += Math.min(part.length, room);
  };
  const take = (): Buffer => {
    const [only = NOTHING] = parts;
    const line = parts.length > 1 ? Buffer.concat(parts) : only;
    parts = [];
    size = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let feed = chunk.indexOf(LINE_FEED); feed >= 0; feed = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, feed));
      yield { bytes: take(), isWhole: true };
      start = feed + 1;
    }
    keep(chunk.subarray(start));
  }
  if (size > 0) yield { bytes: take(), isWhole: false };
}
