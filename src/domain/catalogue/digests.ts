/** Parts of a behaviour that are told apart when it changes. */
export const BEHAVIOUR_PARTS = [
  'words',
  'selector',
  'holding',
  'rules',
  'reference',
  'knobs',
  'acceptance',
  'reading',
] as const;
export type BehaviourPart = (typeof BEHAVIOUR_PARTS)[number];

/** A catalogue by digests of what is in it: enough to tell what differs between two. */
export interface CatalogueDigests {
  readonly revision: string;
  /** By id. */
  readonly behaviours: Readonly<Record<string, Readonly<Record<BehaviourPart, string>>>>;
  /** All facts of a kind together: `pins`, `machineTypes`. */
  readonly facts: Readonly<Record<string, { readonly digest: string; readonly count: number }>>;
}

export interface CatalogueDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly { readonly id: string; readonly parts: readonly BehaviourPart[] }[];
  /** Kinds of facts that differ, with how many there were and are. */
  readonly facts: readonly { readonly kind: string; readonly before: number; readonly after: number }[];
}

/** What is another in `after` than in `before`; ids and kinds in alphabetical order. */
export const diffCatalogues = (before: CatalogueDigests | null, after: CatalogueDigests): CatalogueDiff => {
  const [old, now] = [before?.behaviours ?? {}, after.behaviours];
  const kinds = new Set([...Object.keys(before?.facts ?? {}), ...Object.keys(after.facts)]);
  return {
    added: Object.keys(now)
      .filter((id) => !Object.hasOwn(old, id))
      .sort(),
    removed: Object.keys(old)
      .filter((id) => !Object.hasOwn(now, id))
      .sort(),
    changed: Object.entries(now)
      .flatMap(([id, parts]) => {
        const differing = BEHAVIOUR_PARTS.filter((part) => old[id]?.[part] !== parts[part]);
        return Object.hasOwn(old, id) && differing.length > 0 ? { id, parts: differing } : [];
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    facts: [...kinds].sort().flatMap((kind) => {
      const [was, is] = [before?.facts[kind], after.facts[kind]];
      return was?.digest === is?.digest ? [] : { kind, before: was?.count ?? 0, after: is?.count ?? 0 };
    }),
  };
};
