/** A line of the text, as it stands there; a long one is cut. */
export interface SourceLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Of a longer text the end is read: a log says last why it failed. */
export const MAX_CHARS = 1_048_576;
/** QEMU's own messages are far shorter; only command lines are longer. */
export const MAX_LINE = 4_096;

export interface ReadLines {
  /** Without blank ones. */
  readonly lines: readonly SourceLine[];
  readonly skippedChars: number;
}

/** @param firstLine - number of the text's first line, when what came before it was left out by the caller */
export const readLines = (text: string, maxChars = MAX_CHARS, firstLine = 1): ReadLines => {
  let start = 0;
  let number = firstLine;
  if (text.length > maxChars) {
    const cut = text.length - maxChars;
    const feed = text.indexOf('\n', cut - 1);
    // Half a line would be misread; one line without an end is better than none.
    start = feed < 0 ? cut : feed + 1;
    for (let at = text.indexOf('\n'); at >= 0 && at < start; at = text.indexOf('\n', at + 1)) number += 1;
  }
  const skippedChars = start;
  const lines: SourceLine[] = [];
  while (start < text.length) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    const line = text.slice(start, Math.min(end, start + MAX_LINE)).trimEnd();
    if (line.trim() !== '') lines.push({ number, text: line });
    number += 1;
    start = end + 1;
  }
  return { lines, skippedChars };
};
