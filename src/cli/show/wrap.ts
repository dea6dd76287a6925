/** Breaks text into lines of at most `width`, all but the first behind `indent`. Words are never broken. */
export const wrap = (
  text: string,
  width: number,
  { first = '', indent = first }: { readonly first?: string; readonly indent?: string } = {},
): string[] => {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
};
