/** What was too long, by its path. */
export type Counts = Record<string, number>;

export interface Bounds {
  /** Of a list. None: nor any label. */
  readonly items: number;
  /** Characters of a text. */
  readonly text: number;
}

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** What a destination is launched with: with less than all of it, or with a text cut, it would be launched wrong. */
const ACTED_UPON = new Set(['overrides', 'removals', 'ignored', 'rendered']);
/** Each entry explains something by itself; the first of them are better than none. */
const EXPLAINING = new Set(['why', 'drifts']);
/** Objects whose names are data. */
const KEYED = new Set(['labels', 'affected']);

/**
 * A value without what is too long, which `counts` names with its length. What is acted upon is whole or null, with all
 * that is in it. Of lists that explain, the first entries stay; any other list is whole or null, since part of it would
 * pass for all of it. A text keeps its beginning, and ends in `…`.
 */
export const bounded = (value: Json, bounds: Bounds, counts: Counts): Json =>
  boundedAt(value, bounds, counts, { path: '', key: '' });

interface At {
  readonly path: string;
  /** Of the member that it is, or that it is an entry of. */
  readonly key: string;
}

const boundedAt = (value: Json, bounds: Bounds, counts: Counts, at: At): Json => {
  if (typeof value === 'string') return shortened(value, bounds, counts, at);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return boundedList(value, bounds, counts, at);
  const members = Object.entries(value);
  if (bounds.items === 0 && KEYED.has(at.key)) return left(counts, at, members.length);
  return Object.fromEntries(
    members.flatMap(([key, member]): [string, Json][] => {
      if (member === undefined) return [];
      const inside = { path: at.path === '' ? key : `${at.path}.${key}`, key };
      return [[key, (ACTED_UPON.has(key) ? whole : boundedAt)(member, bounds, counts, inside)]];
    }),
  );
};

const boundedList = (list: readonly Json[], bounds: Bounds, counts: Counts, at: At): Json => {
  const { path, key } = at;
  const isLong = list.length > bounds.items;
  if (isLong && (bounds.items === 0 || !EXPLAINING.has(key))) return left(counts, at, list.length);
  if (isLong) counts[path] = list.length;
  return list
    .slice(0, bounds.items)
    .map((item, index) => boundedAt(item, bounds, counts, { path: `${path}[${index}]`, key: '' }));
};

const whole = (value: Json, bounds: Bounds, counts: Counts, at: At): Json => {
  const own: Counts = {};
  boundedAt(value, bounds, own, { path: '', key: '' });
  if (Object.keys(own).length === 0) return value;
  return left(counts, at, value !== null && isList(value) ? value.length : JSON.stringify(value).length);
};

const shortened = (text: string, bounds: Bounds, counts: Counts, { path }: At): string => {
  if (text.length <= bounds.text) return text;
  counts[path] = text.length;
  return `${text.slice(0, bounds.text - 1).replace(HALF_A_CHARACTER, '')}…`;
};

/** A high surrogate at the end. */
const HALF_A_CHARACTER = /[\uD800-\uDBFF]$/;

const left = (counts: Counts, { path }: At, length: number): null => {
  counts[path] = length;
  return null;
};

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
