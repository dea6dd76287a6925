import type { Span } from './markup.js';

/** A member of a JSON object, where it stands in its text. */
export interface JsonMember extends Span {
  readonly key: string;
  readonly value: Span;
}

/** A string, a bracket, a separator, or a number or word. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * The members of a JSON object, in order, those of objects in it left out. Parsing and writing it anew would round
 * numbers beyond 2^53, which world wide names are, and change its spelling.
 * Empty for what is no JSON object.
 */
export const jsonMembers = (text: string): readonly JsonMember[] => {
  if (!isJsonObject(text)) return [];
  const members: JsonMember[] = [];
  let depth = 0;
  let open: { readonly key: string; readonly start: number; value: Span | null } | null = null;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '}' || token === ']') depth -= 1;
    if (open?.value && (depth === 0 || (depth === 1 && token === ','))) {
      members.push({ key: open.key, start: open.start, end: open.value.end, value: open.value });
      open = null;
    } else if (depth > 0 && open === null) {
      open = { key: String(JSON.parse(token)), start: index, value: null };
    } else if (open !== null && (depth > 1 || token !== ':')) {
      open.value = { start: open.value?.start ?? index, end: index + token.length };
    }
    if (token === '{' || token === '[') depth += 1;
  }
  return members;
};

const isJsonObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};
