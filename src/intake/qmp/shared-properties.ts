import type { PropertyFacts } from '../../domain/qemu/build-facts.js';

const keyOf = ({ name, type, default: value }: PropertyFacts): string => JSON.stringify([name, type, value]);

/**
 * A binary answers for every type with all properties, 60 000 in all, of which most come from an ancestor. Told once,
 * there, they are 4 000.
 * @returns by type what it has beside its ancestors, for an abstract one what all below it have; null: nothing was asked
 */
export const shareProperties = (
  asked: ReadonlyMap<string, readonly PropertyFacts[]>,
  ancestorsOf: (type: string) => readonly string[],
): ((type: string) => readonly PropertyFacts[] | null) => {
  const common = new Map<string, ReadonlyMap<string, PropertyFacts>>();
  for (const [type, properties] of asked) {
    const own = new Map(properties.map((property) => [keyOf(property), property]));
    common.set(type, own);
    // One that was asked itself says what it has.
    for (const ancestor of ancestorsOf(type).filter((name) => !asked.has(name))) {
      const before = common.get(ancestor);
      common.set(ancestor, before === undefined ? own : new Map([...before].filter(([key]) => own.has(key))));
    }
  }
  const isAbove = (type: string, key: string): boolean =>
    ancestorsOf(type).some((ancestor) => common.get(ancestor)?.has(key) === true);
  const without = (type: string, properties: readonly PropertyFacts[]): readonly PropertyFacts[] =>
    properties
      .filter((property) => !isAbove(type, keyOf(property)))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return (type) => {
    const properties = common.get(type);
    return properties === undefined ? null : without(type, [...properties.values()]);
  };
};
