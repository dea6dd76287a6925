import { HopledgerError } from '../../errors.js';

/** A page of a list that is at hand as a whole. */
export interface Slice<T> {
  readonly items: readonly T[];
  readonly hasNext: boolean;
}

/**
 * The next `first` entries after the one whose key is `after`. Keys stay what they are when the list grows at its end, so
 * a cursor does not skip or repeat.
 * @throws HopledgerError BAD_CURSOR when no entry has that key
 */
export const pageOf = <T>(
  list: readonly T[],
  keyOf: (item: T) => string,
  first: number,
  after: string | null,
): Slice<T> => {
  const at = after === null ? -1 : list.findIndex((item) => keyOf(item) === after);
  if (after !== null && at < 0) throw new HopledgerError('BAD_CURSOR', 'not a cursor of this list');
  const start = at + 1;
  return { items: list.slice(start, start + first), hasNext: start + first < list.length };
};
