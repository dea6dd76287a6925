const LINE_FEED = 0x0a;

/**
 * Lines without their line feed, as bytes, of at most `longest`: what exceeds it is left out, so that a file without
 * a line end is read in constant memory.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>, longest: number): AsyncGenerator<Buffer, void> {
  let begun: Buffer[] = [];
  let length = 0;
  const keep = (part: Buffer): void => {
    const room = longest - length;
    // A copy: a part of a chunk would hold all of it.
    if (room > 0 && part.length > 0) begun.push(Buffer.from(part.subarray(0, room)));
    length += Math.min(part.length, Math.max(room, 0));
  };
  let open = false;
  for await (const chunk of chunks) {
    let start = 0;
    for (let feed = chunk.indexOf(LINE_FEED); feed >= 0; feed = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, feed));
      yield Buffer.concat(begun, length);
      begun = [];
      length = 0;
      open = false;
      start = feed + 1;
    }
    if (start < chunk.length) {
      keep(chunk.subarray(start));
      open = true;
    }
  }
  if (open) yield Buffer.concat(begun, length);
}
