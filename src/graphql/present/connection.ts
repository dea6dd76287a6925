/** A page as Relay has it. The shape of every `…Connection` of the schema. */
export interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface ConnectionOptions {
  readonly hasNext: boolean;
  /** When the page reaches further than its last entry. @defaultValue the last entry's cursor */
  readonly endCursor?: string | null;
}

/** @param cursorOf called once for each entry, with its place in the page */
export const connection = <T>(
  nodes: readonly T[],
  cursorOf: (node: T, index: number) => string,
  { hasNext, endCursor }: ConnectionOptions,
): Connection<T> => {
  const edges = nodes.map((node, index) => ({ cursor: cursorOf(node, index), node }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: hasNext,
      endCursor: endCursor === undefined ? (edges.at(-1)?.cursor ?? null) : endCursor,
    },
  };
};
