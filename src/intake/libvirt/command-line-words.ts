/** Words of a shell command, as far as it could be read. */
export interface ShellWords {
  readonly words: readonly string[];
  /** A quote that nothing closes, or a backslash at the end: the text was cut off. */
  readonly cutOff: boolean;
}

/**
 * Splits a command as libvirt logs it: words between blanks and line ends, `\` before a line end joins lines, single
 * quotes (`'\''` for one inside), double quotes and backslashes as in a POSIX shell. Expands nothing.
 * The last word of a text that was cut off is left out, as it may be half a word.
 */
export const splitShellWords = (text: string): ShellWords => {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) return { words, cutOff: true };
      word = (word ?? '') + text.slice(at + 1, end);
      at = end + 1;
    } else if (char === '"') {
      const quoted = readDoubleQuoted(text, at + 1);
      if (quoted === null) return { words, cutOff: true };
      word = (word ?? '') + quoted.value;
      at = quoted.end;
    } else if (char === '\\') {
      if (at + 1 >= text.length || (at + 2 === text.length && text.endsWith('\n')))
        return { words, cutOff: true };
      if (text.charAt(at + 1) !== '\n') word = (word ?? '') + text.charAt(at + 1);
      at += 2;
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
      at += 1;
    } else {
      const end = endOfPlain(text, at);
      word = (word ?? '') + text.slice(at, end);
      at = end;
    }
  }
  if (word !== null) words.push(word);
  return { words, cutOff: false };
};

const PLAIN = /[^\s'"\\]+/y;

const endOfPlain = (text: string, start: number): number => {
  PLAIN.lastIndex = start;
  PLAIN.test(text);
  return PLAIN.lastIndex;
};

/** Within double quotes a backslash takes only these literally, and joins lines. */
const ESCAPED_IN_QUOTES = new Set(['"', '\\', '$', '`']);

const readDoubleQuoted = (text: string, start: number): { value: string; end: number } | null => {
  let value = '';
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') return { value, end: at + 1 };
    const next = text.charAt(at + 1);
    if (char !== '\\' || (next !== '\n' && !ESCAPED_IN_QUOTES.has(next))) value += char;
    else {
      if (next !== '\n') value += next;
      at++;
    }
  }
  return null;
};
