import type { Diagnosis, Explanation, Finding, NextStep } from '../../domain/diagnose/diagnosis.js';
import type { SourceLine } from '../../domain/diagnose/lines.js';
import type { Screen } from '../screen.js';
import { harmlessLine } from '../show/harmless.js';
import { count } from '../show/words.js';
import { wrap } from '../show/wrap.js';

/** Lines that are not understood beyond these are counted: a log may be full of them. `--json` has them all. */
const MOST_LINES = 20;

/** A diagnosis for a person. */
export const showDiagnosis = (screen: Screen, { findings, notUnderstood }: Diagnosis): void => {
  if (findings.length === 0) screen.line('nothing in it tells of a failure');
  for (const [at, finding] of findings.entries()) {
    if (at > 0) screen.line();
    showFinding(screen, finding);
  }
  if (notUnderstood.length === 0) return;
  screen.line();
  screen.line(screen.style.bold('Not understood'));
  for (const line of notUnderstood.slice(0, MOST_LINES)) screen.line(`  ${lineText(line)}`);
  if (notUnderstood.length > MOST_LINES)
    screen.line(`  … and ${count(notUnderstood.length - MOST_LINES, 'more line')} (--json has them all)`);
};

const showFinding = (screen: Screen, finding: Finding): void => {
  const { style } = screen;
  const word = finding.severity.replaceAll('-', ' ').toUpperCase();
  const mark = finding.severity === 'info' ? style.warn : style.bad;
  const times = finding.times === 1 ? '' : style.dim(`  ${finding.times} times`);
  screen.line(`${style.bold(mark(word))}  ${harmlessLine(finding.summary)}${times}`);
  fact(screen, 'because of', finding.explanations.map(explanationText));
  fact(
    screen,
    'certain',
    finding.claims.filter(({ certainty }) => certainty === 'certain').map(({ text }) => text),
  );
  fact(
    screen,
    'inferred',
    finding.claims.filter(({ certainty }) => certainty === 'inferred').map(({ text }) => text),
  );
  fact(
    screen,
    'shows so',
    finding.suspects.map(({ driver, property, grounds }) => `${driver}.${property} (${grounds})`),
  );
  fact(screen, 'next', finding.nextSteps.flatMap(stepTexts));
  for (const [at, line] of finding.lines.slice(0, MOST_LINES).entries())
    screen.line(`  ${(at === 0 ? 'lines' : '').padEnd(12)}${style.dim(lineText(line))}`);
  if (finding.lines.length > MOST_LINES)
    screen.line(`  ${' '.repeat(12)}… and ${count(finding.lines.length - MOST_LINES, 'more line')}`);
};

const fact = (screen: Screen, title: string, texts: readonly string[]): void => {
  for (const [at, text] of texts.entries()) {
    const first = `  ${(at === 0 ? title : '').padEnd(12)}`;
    const lines = wrap(harmlessLine(text), Math.min(screen.width, 120), { first, indent: ' '.repeat(16) });
    for (const line of lines) screen.line(line);
  }
};

const explanationText = ({ behaviour, title, carried, offered }: Explanation): string => {
  const values = [
    ...(carried === null ? [] : [`${carried} at the source`]),
    ...(offered === null ? [] : [`${offered} at the destination`]),
  ];
  return `${behaviour}, ${title}${values.length === 0 ? '' : ` (${values.join(', ')})`}`;
};

const stepTexts = ({ text, global, device }: NextStep): readonly string[] => [
  text,
  ...(global === null ? [] : [`-global ${global}`]),
  ...(device === null ? [] : [`or on each -device: ,${device}`]),
];

const lineText = ({ number, text }: SourceLine): string => harmlessLine(`${number}: ${text.trim()}`);
