import { readFileSync, statSync } from 'node:fs';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { CatalogueFault } from './catalogue-error.js';
import { isTooDeep, nestsTooDeep } from './nesting.js';

/** Ten times our largest file. Parsing takes time and memory in proportion. */
const MAX_BYTES = 2 * 1024 * 1024;
/** An alias is handy for a list of types said twice; a document built of them is an attack. */
const MAX_ALIASES = 100;

export type FieldPath = readonly PropertyKey[];

/** What a file says, and where it says it. */
export interface Source {
  readonly file: string;
  readonly content: unknown;
  /** Makes a fault of a message about a field: finds its line. */
  readonly fault: (path: FieldPath, message: string) => CatalogueFault;
}

/** `rules[2].releases[0].from` */
const fieldText = (path: FieldPath): string =>
  path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('');

/** Line of a field, or of the nearest thing above it that is there. */
const lineOf = (document: Document, lines: LineCounter, path: FieldPath): number => {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined || !isScalar(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof key === 'number') {
      const item = node.items[key];
      if (!isMap(item) && !isSeq(item) && !isScalar(item) && !isAlias(item)) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else {
      break;
    }
  }
  return lines.linePos(offset).line;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The file's text; a fault when it is no plain file, too large, or cannot be read. */
const textOf = (file: string): string | CatalogueFault => {
  const whole = (message: string): CatalogueFault => ({ file, line: 1, field: '', message });
  try {
    const { size } = statSync(file);
    if (size > MAX_BYTES) return whole(`has ${size} bytes; the limit is ${MAX_BYTES}`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    return whole(`cannot be read: ${messageOf(error)}`);
  }
};

/** Text that was parsed with positions, or why it could not be. */
const parse = (
  file: string,
  text: string,
): { document: Document; lines: LineCounter } | readonly CatalogueFault[] => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // A warning is a tag that YAML does not know: whoever wrote it meant something that would not happen.
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length === 0) return { document, lines };
  return wrong.map(({ pos, message }) => ({ file, line: lines.linePos(pos[0]).line, field: '', message }));
};

/**
 * Reads one YAML or JSON file without trusting it: bounded in size, nesting and aliases, no merge keys, no tags of its own.
 * Returns the faults instead when it is neither.
 */
export const readSource = (file: string): Source | readonly CatalogueFault[] => {
  const text = textOf(file);
  if (typeof text !== 'string') return [text];
  try {
    return file.endsWith('.json') ? readJson(file, text) : readYaml(file, text);
  } catch (error) {
    // No JSON, or aliases beyond the limit.
    return [{ file, line: 1, field: '', message: messageOf(error) }];
  }
};

const TOO_DEEP = 'nests too deep';

const readYaml = (file: string, text: string): Source | readonly CatalogueFault[] => {
  if (nestsTooDeep(text)) throw new Error(TOO_DEEP);
  const parsed = parse(file, text);
  if (!('document' in parsed)) return parsed;
  const { document, lines } = parsed;
  return {
    file,
    content: document.toJS({ maxAliasCount: MAX_ALIASES }),
    fault: (path, message) => ({
      file,
      line: lineOf(document, lines, path),
      field: fieldText(path),
      message,
    }),
  };
};

/** JSON is YAML too, so a fault's line is found the same way; but only then, since JSON.parse is far quicker. */
const readJson = (file: string, text: string): Source => {
  const content: unknown = JSON.parse(text);
  if (isTooDeep(content)) throw new Error(TOO_DEEP);
  return {
    file,
    content,
    fault: (path, message) => {
      const parsed = parse(file, text);
      const line = 'document' in parsed ? lineOf(parsed.document, parsed.lines, path) : 1;
      return { file, line, field: fieldText(path), message };
    },
  };
};
