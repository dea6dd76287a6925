import type { Diagnosis, Finding } from './diagnosis.js';

/** What says most comes first: a reason over none, one that is understood over one that is not. */
const weight = ({ severity, kind }: Finding): number => {
  if (severity === 'info') return 0;
  return kind === 'unknown' ? 1 : kind === 'load-failed' || kind === 'device-state' ? 2 : 3;
};

/** The most telling finding in one sentence, with what the catalogue knows of it. */
export const headlineOf = ({ findings, notUnderstood }: Diagnosis): string => {
  const [first, ...others] = [...findings].sort((a, b) => weight(b) - weight(a));
  if (first === undefined) return notUnderstood.length === 0 ? 'nothing is said' : 'nothing that is known';
  const [known] = first.explanations;
  const cause =
    known === undefined
      ? ''
      : `: ${known.behaviour}${known.carried === null ? '' : ` ${known.carried} at the source`}`;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${first.summary}${cause}${more}`;
};
