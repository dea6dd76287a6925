import { MAX_LOG_LINE } from './logs.js';

/**
 * The lines of a log that comes in pieces, for `LogReader`. A line is given without its line feed, and of one longer
 * than {@link MAX_LOG_LINE} only so much that the reader sees it is too long: a file without a line end fits in memory.
 */
export async function* boundedLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  let pending = false;
  for await (const piece of pieces) {
    let start = 0;
    for (let feed = piece.indexOf('\n'); feed >= 0; feed = piece.indexOf('\n', start)) {
      yield bounded(rest, piece.slice(start, feed));
      rest = '';
      pending = false;
      start = feed + 1;
    }
    if (start < piece.length) {
      rest = bounded(rest, piece.slice(start));
      pending = true;
    }
  }
  if (pending) yield rest;
}

const bounded = (before: string, more: string): string =>
  before.length > MAX_LOG_LINE ? before : (before + more).slice(0, MAX_LOG_LINE + 1);
