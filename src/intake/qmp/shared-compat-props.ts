import type { CompatProp, CompatProps } from '../../domain/qemu/build-facts.js';

const startsWith = (list: readonly string[], start: readonly string[]): boolean =>
  start.length < list.length && start.every((entry, i) => entry === list[i]);

/**
 * A machine type applies all that the next newer one does and then its own: told as what comes on top of the longest
 * list that it begins with, 6 000 rows are 500.
 */
export const shareCompatProps = (
  lists: ReadonlyMap<string, readonly CompatProp[]>,
): ReadonlyMap<string, CompatProps> => {
  const keys = new Map(
    [...lists].map(([name, list]) => [
      name,
      list.map(({ qomType, property, value }) => JSON.stringify([qomType, property, value])),
    ]),
  );
  const longestFirst = [...keys].toSorted(
    ([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1),
  );
  return new Map(
    [...lists].map(([name, list]) => {
      const own = keys.get(name) ?? [];
      const like = longestFirst.find(([, other]) => other.length > 0 && startsWith(own, other));
      return [name, { like: like?.[0] ?? null, then: list.slice(like?.[1].length ?? 0) }];
    }),
  );
};
