import type { Behaviour } from '../catalogue/behaviour.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { matchesQomType } from '../catalogue/selects.js';
import type {
  Explanation,
  FeatureDifference,
  NamedDevice,
  NamedProperty,
  RegisterDifference,
} from './diagnosis.js';
import type { SourceLine } from './lines.js';

/** What of a finding a behaviour can be recognised by. */
export interface Signs {
  readonly device: NamedDevice | null;
  readonly register: RegisterDifference | null;
  readonly features: FeatureDifference | null;
  readonly property: NamedProperty | null;
  readonly lines: readonly SourceLine[];
}

/** A pattern sees no more of a line: those of the catalogue may take time that grows faster than the text. */
const MOST_SEEN = 600;

/** Recognises behaviours of one catalogue. */
export const recogniser = ({ behaviours }: Catalogue): ((signs: Signs) => readonly Explanation[]) => {
  const known = behaviours.map((behaviour) => ({
    behaviour,
    patterns: behaviour.errorPatterns.map((pattern) => new RegExp(pattern)),
  }));
  return (signs) =>
    known.flatMap(({ behaviour, patterns }) =>
      concerns(behaviour, signs.device) ? (recognised(behaviour, patterns, signs) ?? []) : [],
    );
};

/** A device of another type shows something else, though it may say so in the same words. */
const concerns = (behaviour: Behaviour, device: NamedDevice | null): boolean => {
  if (behaviour.scope === 'machine' || device === null || device.qomTypes.length === 0) return true;
  return device.qomTypes.some((type) =>
    behaviour.selector.some(({ qomTypes }) => qomTypes.some((pattern) => matchesQomType(pattern, type))),
  );
};

const recognised = (
  behaviour: Behaviour,
  patterns: readonly RegExp[],
  { register, features, property, lines }: Signs,
): Explanation | null => {
  const byWords = lines.some(({ text }) =>
    patterns.some((pattern) => pattern.test(text.slice(0, MOST_SEEN))),
  );
  const isOwnProperty = property !== null && behaviour.knobs.some((knob) => knob.property === property.name);
  const decoded = register === null ? null : decodedBy(behaviour, register);
  const offered = features === null ? null : offeredBy(behaviour, features);
  const byStructure = isOwnProperty || decoded !== null || offered !== null;
  if (!byWords && !byStructure) return null;
  const values = decoded ?? offered ?? (isOwnProperty ? null : onlyRefusal(behaviour));
  return {
    behaviour: behaviour.id,
    title: behaviour.title,
    how: [...(byWords ? (['pattern'] as const) : []), ...(byStructure ? (['structure'] as const) : [])],
    carried: values?.carried ?? null,
    offered: values?.offered ?? null,
    certainty: decoded !== null && register?.certainty === 'certain' ? 'certain' : 'inferred',
  };
};

interface Values {
  readonly carried: string | null;
  readonly offered: string | null;
}

/** The values that the two bytes are part of, where a register of this name is how the behaviour is observed. */
export const decodedBy = (behaviour: Behaviour, register: RegisterDifference): Values | null => {
  const { name, byte, incoming, here } = register;
  const observation = behaviour.observations.find((one) => one.kind === 'register' && one.name === name);
  if (observation === undefined) return null;
  const valueOf = (seen: number): string | null => {
    const values = Object.entries(observation.decode).flatMap(([text, value]) =>
      byteOf(text, byte) === seen ? value : [],
    );
    // One byte of a register may not be enough to tell two values apart.
    return new Set(values).size === 1 ? (values[0] ?? null) : null;
  };
  const carried = valueOf(incoming);
  return carried === null ? null : { carried, offered: valueOf(here) };
};

const byteOf = (text: string, byte: number): number | null => {
  if (!/^(?:0x[\da-f]{1,16}|\d{1,10})$/i.test(text)) return null;
  return Number((BigInt(text) >> BigInt(byte * 8)) & 0xffn);
};

/** A feature that the destination does not offer, by the property that offers it. */
const offeredBy = (behaviour: Behaviour, { missing }: FeatureDifference): Values | null => {
  const knob = behaviour.knobs.find(({ property }) => missing.some((bit) => bit.property === property));
  if (knob === undefined) return null;
  const [carried = null] = Object.entries(knob.texts).find(([, text]) => text === 'on') ?? [];
  const [offered = null] = Object.entries(knob.texts).find(([, text]) => text === 'off') ?? [];
  return { carried, offered };
};

/** Where a behaviour is refused in one way only, that is what a refusal says. */
const onlyRefusal = ({ acceptance }: Behaviour): Values | null => {
  const refused = acceptance.filter(({ result }) => result === 'fail');
  const only = (values: readonly string[]): string | null =>
    new Set(values).size === 1 ? (values[0] ?? null) : null;
  const carried = only(refused.map((entry) => entry.carried));
  return carried === null ? null : { carried, offered: only(refused.map((entry) => entry.offered)) };
};
