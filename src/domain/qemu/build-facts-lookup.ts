import type { BuildFacts, CompatProp, MachineTypeFacts, PropertyFacts, TypeFacts } from './build-facts.js';

interface Index {
  readonly machineTypes: ReadonlyMap<string, MachineTypeFacts>;
  readonly types: ReadonlyMap<string, TypeFacts>;
  /** By machine type, filled as it is asked for. */
  readonly compatProps: Map<string, readonly CompatProp[] | null>;
}

const indexes = new WeakMap<BuildFacts, Index>();

const indexOf = (facts: BuildFacts): Index => {
  const known = indexes.get(facts);
  if (known !== undefined) return known;
  const named = facts.machineTypes.map((machine) => [machine.name, machine] as const);
  const aliases = facts.machineTypes.flatMap((machine) =>
    machine.alias === null ? [] : [[machine.alias, machine] as const],
  );
  const index: Index = {
    machineTypes: new Map([...aliases, ...named]),
    types: new Map(facts.types.map((type) => [type.name, type])),
    compatProps: new Map(),
  };
  indexes.set(facts, index);
  return index;
};

/** A machine type by name or alias; undefined when the binary has none such. */
export const machineTypeOf = (facts: BuildFacts, name: string): MachineTypeFacts | undefined =>
  indexOf(facts).machineTypes.get(name);

/** A device type; undefined when the binary has none such. */
export const typeOf = (facts: BuildFacts, qomType: string): TypeFacts | undefined =>
  indexOf(facts).types.get(qomType);

const upFrom = (facts: BuildFacts, name: string | null): readonly string[] => {
  const found: string[] = [];
  for (let at = name; at !== null && !found.includes(at); at = typeOf(facts, at)?.parent ?? null)
    found.push(at);
  return found;
};

/** A type, its ancestors, then the device inside a virtio proxy with its ancestors. Empty: the binary has none such. */
export const lineageIn = (facts: BuildFacts, qomType: string): readonly string[] => {
  const type = typeOf(facts, qomType);
  return type === undefined ? [] : [...new Set([...upFrom(facts, qomType), ...upFrom(facts, type.inner)])];
};

/**
 * A property of a device type: null when the binary does not know it, undefined when it was not asked (for an abstract
 * type: when not all types below share it).
 */
export const propertyOf = (
  facts: BuildFacts,
  qomType: string,
  property: string,
): PropertyFacts | null | undefined => {
  const type = typeOf(facts, qomType);
  if (type === undefined) return null;
  if (type.properties === null) return undefined;
  for (const name of lineageIn(facts, qomType)) {
    const found = typeOf(facts, name)?.properties?.find((candidate) => candidate.name === property);
    if (found !== undefined) return found;
  }
  return type.abstract ? undefined : null;
};

/** All that a machine type sets, in the order in which it is applied; null when the binary does not tell. */
export const compatPropsOf = (facts: BuildFacts, machineType: string): readonly CompatProp[] | null => {
  const { compatProps } = indexOf(facts);
  const known = compatProps.get(machineType);
  if (known !== undefined) return known;
  const found = findCompatProps(facts, machineType);
  // Not what anybody may ask for: that has no end.
  if (machineTypeOf(facts, machineType) !== undefined) compatProps.set(machineType, found);
  return found;
};

const findCompatProps = (facts: BuildFacts, machineType: string): readonly CompatProp[] | null => {
  const lists: (readonly CompatProp[])[] = [];
  const seen = new Set<string>();
  for (let name: string | null = machineType; name !== null;) {
    const machine: MachineTypeFacts | undefined = machineTypeOf(facts, name);
    if (machine === undefined || machine.compatProps === null || seen.has(machine.name)) return null;
    seen.add(machine.name);
    lists.unshift(machine.compatProps.then);
    name = machine.compatProps.like;
  }
  return lists.flat();
};

const SWITCHES: ReadonlyMap<string, string> = new Map(
  Object.entries({ true: 'on', false: 'off', yes: 'on', no: 'off' }),
);

/** QEMU takes `true` for `on`; the same value is to be the same text. */
const switchText = (text: string, type: string | undefined): string =>
  type === undefined || type === 'bool' || type === 'OnOffAuto' ? (SWITCHES.get(text) ?? text) : text;

/** What a machine type of the binary gives a property. */
export type MachineTypeValue =
  /** Set by the machine type. */
  | { readonly kind: 'pinned'; readonly value: string }
  /** Left at the device's default; null when the binary does not tell that. */
  | { readonly kind: 'default'; readonly value: string | null };

/**
 * The value that a machine type gives a property of a device type, overrides aside: the last that is applied wins, on
 * whichever ancestor it is set. A virtio proxy gets its own after the device inside it has been made. Null when the
 * binary does not tell: no such machine type, an older QEMU, or a device type or property that it has not.
 * @see QEMU qom/object.c, object_apply_global_props; hw/virtio/virtio.c, virtio_instance_init_common
 */
export const valueOnMachine = (
  facts: BuildFacts,
  machineType: string,
  qomType: string,
  property: string,
): MachineTypeValue | null => {
  const applied = compatPropsOf(facts, machineType);
  const known = propertyOf(facts, qomType, property);
  if (applied === null || known === null) return null;
  const lastOn = (lineage: readonly string[]): CompatProp | undefined =>
    applied.findLast((prop) => prop.property === property && lineage.includes(prop.qomType));
  const last = lastOn(upFrom(facts, qomType)) ?? lastOn(lineageIn(facts, qomType));
  return last === undefined
    ? { kind: 'default', value: known?.default ?? null }
    : { kind: 'pinned', value: switchText(last.value, known?.type) };
};
