/** The end of a text, and where in it that begins. */
export interface Tail {
  readonly text: string;
  /** Number of the first line in it, from 1. */
  readonly firstLine: number;
}

const LINE_FEED = 0x0a;

/** The last `maxBytes` of a stream, from the beginning of a line on; in memory that does not grow with the stream. */
export const readTail = async (chunks: AsyncIterable<Buffer | string>, maxBytes: number): Promise<Tail> => {
  let kept: Buffer[] = [];
  let size = 0;
  let dropped = 0;
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    kept.push(bytes);
    size += bytes.length;
    if (size <= 2 * maxBytes) continue;
    const all = Buffer.concat(kept);
    // One byte more, to see whether the part that is read begins with a line.
    const rest = all.subarray(all.length - maxBytes - 1);
    dropped += feeds(all.subarray(0, all.length - rest.length));
    kept = [rest];
    size = rest.length;
  }
  const all = Buffer.concat(kept);
  if (dropped === 0 && all.length <= maxBytes) return { text: all.toString('utf8'), firstLine: 1 };
  const start = all.indexOf(LINE_FEED, Math.max(all.length - maxBytes - 1, 0)) + 1;
  dropped += feeds(all.subarray(0, start));
  return { text: all.toString('utf8', start), firstLine: dropped + 1 };
};

const feeds = (bytes: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
};
