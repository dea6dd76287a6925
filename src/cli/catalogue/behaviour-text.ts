import { words } from '../show/words.js';
import { wrap } from '../show/wrap.js';
import type { Style } from '../style.js';

/** One behaviour, from the server or from a catalogue's files. */
export interface BehaviourAnswer {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly sticky: string;
  readonly consequence: string;
  readonly values: readonly string[];
  readonly knobs: readonly {
    readonly qomTypes: readonly string[];
    readonly property: string;
    readonly texts: readonly { readonly value: string; readonly text: string }[];
  }[];
  readonly errorPatterns: readonly string[];
  readonly introducedBy: readonly CommitAnswer[];
  readonly fixedBy: readonly CommitAnswer[];
  readonly links: readonly string[];
  readonly evidence: { readonly grade: string; readonly note: string };
}

export interface CommitAnswer {
  readonly hash: string;
  readonly subject: string;
  readonly release: string;
}

export const behaviourText = (
  behaviour: BehaviourAnswer,
  { style, width }: { readonly style: Style; readonly width: number },
): string[] => {
  const wide = Math.min(width, 110);
  const fact = (title: string, texts: readonly string[]): string[] =>
    texts.flatMap((text, at) =>
      wrap(text, wide, { first: `  ${(at === 0 ? title : '').padEnd(14)}`, indent: ' '.repeat(16) }),
    );
  return [
    `${style.bold(behaviour.id)}  ${behaviour.title}`,
    ...wrap(behaviour.description, wide, { first: '  ' }),
    '',
    ...fact('values', [behaviour.values.join(', ')]),
    ...fact('held by', [words(behaviour.sticky)]),
    ...fact('if it differs', [words(behaviour.consequence)]),
    ...fact('set with', behaviour.knobs.map(knobText)),
    ...fact('introduced by', behaviour.introducedBy.map(commitText)),
    ...fact('fixed by', behaviour.fixedBy.map(commitText)),
    ...fact('error says', behaviour.errorPatterns),
    ...fact('evidence', [`${words(behaviour.evidence.grade)}: ${behaviour.evidence.note}`]),
    ...fact('see', behaviour.links),
  ];
};

const knobText = ({ qomTypes, property, texts }: BehaviourAnswer['knobs'][number]): string =>
  `${property} of ${qomTypes.join(', ')} (${texts.map(({ value, text }) => (value === text ? value : `${value}: ${text}`)).join(', ')})`;

const commitText = ({ hash, subject, release }: CommitAnswer): string =>
  `${hash.slice(0, 12)} in ${release}: ${subject}`;
