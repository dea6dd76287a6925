import type { Readable } from 'node:stream';

/** So much of an answer is read; the rest is not waited for. */
const MOST_READ_BYTES = 4096;
/** So much of it is kept. */
const MOST_KEPT = 450;

/** The beginning of an answer's body, on one line without control characters. The connection is given up when there is more. */
export const readAnswer = async (body: Readable): Promise<string> => {
  const pieces: Buffer[] = [];
  let read = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    pieces.push(piece);
    read += piece.length;
    if (read >= MOST_READ_BYTES) break; // ends the stream
  }
  const text = Buffer.concat(pieces).subarray(0, MOST_READ_BYTES).toString('utf8');
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MOST_KEPT);
};
