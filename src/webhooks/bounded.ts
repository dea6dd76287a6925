/** What was too long, by its path. */
export type Counts = Record<string, number>;

export interface Bounds {
  /** Of a list. */
  readonly items: number;
  /** Characters of a text. */
  readonly text: number;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * A value with its lists cut and its long texts taken out, and what was cut in `counts`. The renderings of overrides are
 * whole or not there: half of them would be acted upon.
 */
export const bounded = (value: Json, bounds: Bounds, counts: Counts, path = ''): Json => {
  if (typeof value === 'string')
    return value.length <= bounds.text ? value : noted(counts, path, value.length);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) {
    if (value.length > bounds.items) noted(counts, path, value.length);
    return value
      .slice(0, bounds.items)
      .map((item, index) => bounded(item, bounds, counts, `${path}[${index}]`));
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]): [string, Json][] => {
      if (member === undefined) return [];
      const at = path === '' ? key : `${path}.${key}`;
      return [
        [key, key === 'rendered' ? whole(member, bounds, counts, at) : bounded(member, bounds, counts, at)],
      ];
    }),
  );
};

const whole = (value: Json, bounds: Bounds, counts: Counts, path: string): Json => {
  const own: Counts = {};
  bounded(value, bounds, own, path);
  return Object.keys(own).length === 0 ? value : noted(counts, path, JSON.stringify(value).length);
};

const noted = (counts: Counts, path: string, length: number): null => {
  counts[path] = length;
  return null;
};

const isList = (value: object): value is readonly Json[] => Array.isArray(value);
