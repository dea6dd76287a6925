import type { BehaviourFile } from './behaviour-schema.js';
import type { FieldPath } from './source.js';

interface Contradiction {
  readonly path: FieldPath;
  readonly message: string;
}

/** Every place of a file that names one of its values, with the value. */
const namedValues = (file: BehaviourFile): readonly (readonly [FieldPath, string])[] => [
  ...file.rules.map((rule, i) => [['rules', i, 'value'], rule.value] as const),
  ...(file.ifUnknown === undefined ? [] : [[['ifUnknown'], file.ifUnknown] as const]),
  ...(file.unmigratable === undefined ? [] : [[['unmigratable'], file.unmigratable] as const]),
  ...file.reference.map((rule, i) => [['reference', i, 'value'], rule.value] as const),
  ...file.acceptance.flatMap(
    (entry, i) =>
      [
        [['acceptance', i, 'carried'], entry.carried],
        [['acceptance', i, 'offered'], entry.offered],
      ] as const,
  ),
  ...(file.knobs ?? []).flatMap((knob, i) =>
    Object.keys(knob.texts).map((value) => [['knobs', i, 'texts', value], value] as const),
  ),
  ...(file.observations ?? []).flatMap((observation, i) =>
    Object.entries(observation.decode).map(
      ([seen, value]) => [['observations', i, 'decode', seen], value] as const,
    ),
  ),
];

const repeated = (texts: readonly string[], path: (i: number) => FieldPath): readonly Contradiction[] =>
  texts.flatMap((text, i) => (texts.indexOf(text) < i ? { path: path(i), message: `repeats ${text}` } : []));

/** Where a file disagrees with itself. */
export const contradictions = (file: BehaviourFile): readonly Contradiction[] => [
  ...namedValues(file)
    .filter(([, value]) => !file.values.includes(value))
    .map(([path, value]) => ({ path, message: `names ${value}, which is not among values` })),
  ...repeated(file.values, (i) => ['values', i]),
  ...repeated(
    file.rules.map(({ id }) => id),
    (i) => ['rules', i, 'id'],
  ),
  ...(file.scope === 'device' && (file.selector ?? []).length === 0
    ? [{ path: ['selector'], message: 'is missing: a behaviour of devices says which' }]
    : []),
  ...(file.latent !== undefined && file.sticky !== 'negotiate'
    ? [{ path: ['latent'], message: 'is for sticky: negotiate alone; nothing else is set anew by a reset' }]
    : []),
  ...(file.knobs ?? []).flatMap((knob, i) =>
    Object.keys(knob.texts).length === 0
      ? { path: ['knobs', i, 'texts'], message: 'is an empty mapping' }
      : [],
  ),
];
