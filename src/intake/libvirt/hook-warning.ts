import type { HookAnswer } from './hook-call.js';

/** Enough for a dozen reasons, and far below what HTTP clients take for a header. */
const LONGEST = 1000;

/**
 * What somebody should hear of an answer that stops nothing: that the hop may fail, or that the host's clock is off.
 * One line of printable ASCII, at most 1000 characters, fit for an HTTP header and a log; null: nothing to say.
 */
export const hookWarning = ({
  answer,
  verdict,
  message,
  warnings,
}: Pick<HookAnswer, 'answer' | 'verdict' | 'message' | 'warnings'>): string | null => {
  const isDoubtful = answer === 'warned' || (answer === 'rewritten' && verdict !== 'NEEDS_OVERRIDES');
  const line = inOneLine([...(isDoubtful && message !== null ? [message] : []), ...warnings].join('\n'));
  if (line === '') return null;
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 4)} ...`;
};

const inOneLine = (text: string): string =>
  text
    .split(/[\r\n]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('; ')
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/g, '?');
