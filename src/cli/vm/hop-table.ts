import type { Column } from '../show/table.js';
import { when, words } from '../show/words.js';
import type { Hop, HopEnd } from './vm-answer.js';

/** The version is enough here; its package is in `--json`. */
const end = (hopEnd: HopEnd | null): string =>
  hopEnd === null ? '?' : `${hopEnd.host}${hopEnd.build === null ? '' : ` ${hopEnd.build.version}`}`;

const notes = ({ error, diagnosis, gap, advice, savedState, outcome, confirmedBy }: Hop): string =>
  [
    ...(savedState === null ? [] : [`from ${savedState.id}${savedState.certainty === 'CERTAIN' ? '' : '?'}`]),
    ...(gap ? ['through processes that nobody reported'] : []),
    ...(outcome === 'COMPLETED' && confirmedBy.length > 0
      ? [`said by the ${confirmedBy.map(words).join(' and the ')}`]
      : []),
    ...(advice === null ? [] : [`advised ${words(advice.verdict)}, ${words(advice.answer)}`]),
    ...(diagnosis === null ? [] : [diagnosis.summary]),
    ...(error === null ? [] : [error.replace(/\s+/g, ' ')]),
  ].join('; ');

/** A VM's hops, oldest first. */
export const hopColumns: readonly Column<Hop>[] = [
  { title: 'WHEN', cell: ({ startedAt }) => when(startedAt) },
  { title: 'FROM', cell: ({ from }) => end(from), least: 13 },
  { title: 'TO', cell: ({ to }) => end(to), least: 13 },
  { title: 'VIA', cell: ({ via }) => words(via), spare: 2 },
  {
    title: 'OUTCOME',
    cell: ({ outcome }) => words(outcome),
    mark: (text, { outcome }, style) =>
      outcome === 'FAILED' ? style.bad(text) : outcome === 'COMPLETED' ? style.good(text) : style.warn(text),
  },
  { title: 'NOTES', cell: notes, least: 12, spare: 1 },
];
