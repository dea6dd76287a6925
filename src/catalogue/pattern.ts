/**
 * Regular expressions of a catalogue run over text that hosts send, so a pattern must not be able to take
 * exponential time. Refused, simply: long patterns, back references, many repetitions, and a repeated group that
 * itself repeats or chooses (`(a+)+`, `(a|ab)*`).
 */
const MAX_LENGTH = 200;
const MAX_REPETITIONS = 4;

/** What is wrong with a pattern; null when it may be used. */
export const patternFault = (pattern: string): string | null => {
  if (pattern.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  try {
    new RegExp(pattern);
  } catch (error) {
    return `is no regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
  return costFault(pattern);
};

/** An escape, a character class, a counted repetition, or one character. */
const ATOM = /\\.|\[(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[^]/gy;

interface Group {
  /** Repeats or chooses somewhere within, so that repeating it multiplies the ways to match. */
  ambiguous: boolean;
}

const costFault = (pattern: string): string | null => {
  const open: Group[] = [{ ambiguous: false }];
  let repetitions = 0;
  /** The group that the atom before closed: what a repetition here would repeat. */
  let closed: Group | undefined;
  let before = '';
  for (const [atom] of pattern.matchAll(ATOM)) {
    const repeats = atom === '*' || atom === '+' || /^\{\d/.test(atom);
    // Behind a bracket it is part of `(?:`, behind a repetition it makes that lazy.
    const optional = atom === '?' && !'(*+?'.includes(before) && !before.endsWith('}');
    if (/^\\(?:[1-9]|k)/.test(atom)) return 'has a back reference';
    if (repeats && closed?.ambiguous === true) return 'repeats a group that itself repeats or chooses';
    if (repeats) repetitions += 1;
    const group = open.at(-1);
    if (group !== undefined && (repeats || optional || atom === '|')) group.ambiguous = true;
    closed = atom === ')' ? open.pop() : undefined;
    const outer = open.at(-1);
    if (outer !== undefined && closed?.ambiguous === true) outer.ambiguous = true;
    if (atom === '(') open.push({ ambiguous: false });
    before = atom;
  }
  return repetitions > MAX_REPETITIONS ? `has more than ${MAX_REPETITIONS} repetitions` : null;
};
