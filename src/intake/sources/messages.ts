import { parseDocument } from 'yaml';
import { HopledgerError } from '../../errors.js';

/** One message of a request. A message that cannot be read has its fault in place of its value. */
export interface Message {
  /** Its place in the request, from 0. */
  readonly index: number;
  readonly value: unknown;
  readonly fault: HopledgerError | null;
  /** As it came, for the digest of one that is refused. */
  readonly text: string;
}

/** No source nests as deep; what does would exhaust the stack of whatever walks it. */
const MAX_DEPTH = 64;
/** YAML is slow to read, seconds for a megabyte, and nothing else is answered meanwhile. JSON has no such bound. */
const MAX_YAML_CHARACTERS = 256 * 1024;
/** An object of Kubernetes repeats nothing. */
const MAX_ALIASES = 100;

/**
 * The messages of a body: a JSON object or array, objects on lines of their own, or YAML documents. What is wrong with
 * one says nothing of the others.
 * @param itemsOf - takes apart a message that holds several
 * @throws HopledgerError BAD_INPUT for a body without any, PAYLOAD_TOO_LARGE for more than `most`
 */
export const messagesOf = (
  body: unknown,
  contentType: string,
  most: number,
  itemsOf: (value: unknown) => readonly unknown[] = (value) => [value],
): readonly Message[] => {
  if (typeof body !== 'string' || body.trim() === '')
    throw new HopledgerError('BAD_INPUT', 'the body holds no message', { field: 'body' });
  const parts = /yaml/i.test(contentType) ? yamlDocuments(body, most) : jsonParts(body, contentType, most);
  const found = parts.flatMap((part): readonly Found[] => {
    if (part.fault !== null) return [part];
    const values: readonly unknown[] = Array.isArray(part.value) ? part.value : [part.value];
    return values.flatMap((value) => itemsOf(value).map(checked));
  });
  return numbered(found, most);
};

/**
 * The messages of a JSON array, which a batch of CloudEvents is.
 * @throws HopledgerError BAD_INPUT, PAYLOAD_TOO_LARGE
 */
export const messagesOfArray = (body: unknown, most: number): readonly Message[] => {
  const { value, fault } = parsed(typeof body === 'string' ? body : '');
  if (fault !== null) throw fault;
  if (!Array.isArray(value)) throw new HopledgerError('BAD_INPUT', 'a batch is a JSON array');
  return numbered(value.map(checked), most);
};

type Found = Omit<Message, 'index'>;

/** Before they are read, too: reading is what costs. */
const refuseOver = (found: number, most: number): void => {
  if (found <= most) return;
  const why = `${found} messages, and at most ${most} are taken in one request`;
  throw new HopledgerError('PAYLOAD_TOO_LARGE', why, { found, most });
};

const numbered = (found: readonly Found[], most: number): readonly Message[] => {
  refuseOver(found.length, most);
  return found.map((message, index) => ({ index, ...message }));
};

const jsonParts = (body: string, contentType: string, most: number): readonly Found[] => {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  const areLines = /ndjson/i.test(contentType);
  if (areLines) {
    refuseOver(lines.length, most);
    return lines.map(parsed);
  }
  const whole = parsed(body);
  if (whole.fault === null || lines.length < 2 || lines.length > most) return [whole];
  // Half a document is not as many broken ones as it has lines.
  const each = lines.map(parsed);
  return each.some(({ fault }) => fault === null) ? each : [whole];
};

const parsed = (text: string): Found => {
  try {
    return { value: JSON.parse(text) as unknown, text, fault: null };
  } catch (error) {
    // The parser's words quote the text, which may hold a secret; the refusal is put on record.
    const [at = ''] = / at position \d+/.exec(String(error)) ?? [];
    return faulty(text, `no JSON${at}`);
  }
};

/** Each by itself: what one refers to, or how deep it goes, is no matter of another. */
const yamlDocuments = (body: string, most: number): readonly Found[] => {
  if (body.length > MAX_YAML_CHARACTERS) {
    const why = `YAML of ${body.length} characters, and at most ${MAX_YAML_CHARACTERS} are read; send JSON`;
    throw new HopledgerError('PAYLOAD_TOO_LARGE', why, { found: body.length, most: MAX_YAML_CHARACTERS });
  }
  const documents = body
    .split(/^---(?=\s|$)/m)
    .filter((text) => text.replace(/^\s*#.*$/gm, '').trim() !== '');
  refuseOver(documents.length, most);
  return documents.map(yamlDocument);
};

const yamlDocument = (text: string): Found => {
  try {
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error !== undefined) return faulty(text, `no YAML at position ${error.pos[0]}: ${error.code}`);
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown, text, fault: null };
  } catch {
    return faulty(text, 'YAML that goes too deep, or refers to itself too often');
  }
};

const checked = (value: unknown): Found =>
  isDeeper(value)
    ? faulty('', `nested deeper than ${MAX_DEPTH}`)
    : { value, text: JSON.stringify(value), fault: null };

const faulty = (text: string, why: string): Found => ({
  value: null,
  text,
  fault: new HopledgerError('BAD_INPUT', why),
});

/** @param left - levels that are allowed */
export const isDeeper = (value: unknown, left: number = MAX_DEPTH): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => isDeeper(inner, left - 1));
};
