import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Style } from '../style.js';
import type { Verdict } from './assessment-answer.js';

/** A hop that can be made ends with 0, so that a script goes on; the other two each have their own number. */
export const exitCodeOf = (verdict: Verdict): ExitCode =>
  verdict === 'BLOCKED' ? EXIT.BLOCKED : verdict === 'UNKNOWN' ? EXIT.UNKNOWN : EXIT.OK;

const SAYS: Readonly<Record<Verdict, string>> = {
  SAFE: 'the destination takes everything that it carries',
  NEEDS_OVERRIDES: 'the destination takes it when it is launched as said below, and refuses it otherwise',
  RISKY: 'it loads, but read the reasons first',
  BLOCKED: 'the destination will not take it, whatever it is launched with',
  UNKNOWN: 'a needed fact is missing',
};

export const verdictText = (verdict: Verdict, style: Style): string => {
  const mark = verdict === 'SAFE' ? style.good : verdict === 'BLOCKED' ? style.bad : style.warn;
  return `${style.bold(mark(verdict))}  ${SAYS[verdict]}`;
};
