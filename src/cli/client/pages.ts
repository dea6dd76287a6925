import { ServerRefused } from './server-failure.js';

/** A connection as queries here ask for it. */
export interface Page<T> {
  readonly nodes: readonly T[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** What a query for one page takes; null `first` leaves its size to the server. */
export interface PageVariables {
  readonly first: number | null;
  readonly after: string | null;
}

/** Fewer, larger pages; a server that allows less says so, and then chooses itself. */
const LARGE_PAGE = 200;

/** All entries, page by page. A page may be empty and not the last. */
export async function* eachNode<T>(
  read: (variables: PageVariables) => Promise<Page<T>>,
  { after = null, atMost = Infinity }: { readonly after?: string | null; readonly atMost?: number } = {},
): AsyncGenerator<T, void> {
  let first: number | null = Math.min(LARGE_PAGE, Math.max(atMost, 1));
  let left = atMost;
  let cursor = after;
  while (left > 0) {
    let page: Page<T>;
    try {
      page = await read({ first, after: cursor });
    } catch (error) {
      if (first === null || !asksForLess(error)) throw error;
      first = null;
      continue;
    }
    yield* page.nodes.slice(0, left);
    left -= page.nodes.length;
    if (!page.pageInfo.hasNextPage || page.pageInfo.endCursor === null) return;
    cursor = page.pageInfo.endCursor;
  }
}

export const allNodes = async <T>(read: (variables: PageVariables) => Promise<Page<T>>): Promise<T[]> => {
  const nodes: T[] = [];
  for await (const node of eachNode(read)) nodes.push(node);
  return nodes;
};

const asksForLess = (error: unknown): boolean =>
  error instanceof ServerRefused && (error.code === 'PAGE_TOO_LARGE' || error.code === 'QUERY_TOO_COSTLY');
