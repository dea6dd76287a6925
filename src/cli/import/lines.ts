const LINE_FEED = 0x0a;
const EMPTY = Buffer.alloc(0);

/**
 * Lines without their line feed, as bytes, of at most `longest`: what exceeds it is left out, so that a file without
 * a line end is read in constant memory. They come as many at once as a chunk completes, which may be none.
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  longest: number,
): AsyncGenerator<readonly Buffer[], void> {
  /** Of the line that the last chunk did not end. */
  let begun: Buffer = EMPTY;
  let isOpen = false;
  for await (const chunk of chunks) {
    const lines: Buffer[] = [];
    let start = 0;
    for (let feed = chunk.indexOf(LINE_FEED); feed >= 0; feed = chunk.indexOf(LINE_FEED, start)) {
      lines.push(joined(begun, chunk.subarray(start, feed), longest));
      begun = EMPTY;
      isOpen = false;
      start = feed + 1;
    }
    if (start < chunk.length) {
      begun = joined(begun, chunk.subarray(start), longest);
      isOpen = true;
    }
    yield lines;
  }
  if (isOpen) yield [begun];
}

const joined = (begun: Buffer, more: Buffer, longest: number): Buffer => {
  if (begun.length === 0) return more.subarray(0, longest);
  return begun.length >= longest ? begun : Buffer.concat([begun, more.subarray(0, longest - begun.length)]);
};
