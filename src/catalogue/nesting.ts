import { Lexer } from 'yaml';

/** Our files nest eight deep. The parser calls itself for each level, and V8 may abort when the stack runs out. */
const MAX_LEVELS = 32;
/** Each block level starts further right than the one around it, so the column bounds how many there are. */
const MAX_COLUMN = 160;

/** The lexer's mark that a scalar's text follows. */
const SCALAR = '\u001f';

/** Whether YAML text nests deeper than the parser is trusted with. Reads it token by token, without a stack. */
export const nestsTooDeep = (text: string): boolean => {
  let [levels, column, scalarFollows] = [0, 0, false];
  for (const token of new Lexer().lex(text)) {
    if (token === SCALAR) {
      scalarFollows = true;
      continue;
    }
    if (!scalarFollows) {
      if (token === '[' || token === '{') levels += 1;
      else if (token === ']' || token === '}') levels -= 1;
      else if (levels === 0 && /^[-?:]$/.test(token) && column > MAX_COLUMN) return true;
      if (levels > MAX_LEVELS) return true;
    }
    const lastLine = token.lastIndexOf('\n');
    column = lastLine < 0 ? column + token.length : token.length - lastLine - 1;
    scalarFollows = false;
  }
  return false;
};

/** Whether a value, as JSON.parse gives it without a stack of its own, nests deeper than that. */
export const isTooDeep = (value: unknown, levels = MAX_LEVELS): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1)));
