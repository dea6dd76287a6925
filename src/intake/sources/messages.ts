import { parseAllDocuments } from 'yaml';
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
/** An object of Kubernetes repeats nothing. */
const MAX_ALIASES = 100;

/**
 * The messages of a body: a JSON object or array, objects on lines of their own, or YAML documents. What is wrong with
 * one says nothing of the others.
 * @throws HopledgerError BAD_INPUT for a body without any, PAYLOAD_TOO_LARGE for more than `most`
 */
export const messagesOf = (body: unknown, contentType: string, most: number): readonly Message[] => {
  if (typeof body !== 'string' || body.trim() === '')
    throw new HopledgerError('BAD_INPUT', 'the body holds no message', { field: 'body' });
  const found = /yaml/i.test(contentType) ? yamlDocuments(body) : jsonTexts(body, contentType);
  if (found.length > most) throw tooMany(found.length, most);
  return found.map((message, index) => ({ index, ...message }));
};

const tooMany = (found: number, most: number): HopledgerError =>
  new HopledgerError('PAYLOAD_TOO_LARGE', `${found} messages, and at most ${most} are taken in one request`, {
    found,
    most,
  });

/**
 * The messages of a JSON array, which a batch of CloudEvents is.
 * @throws HopledgerError BAD_INPUT, PAYLOAD_TOO_LARGE
 */
export const messagesOfArray = (body: unknown, most: number): readonly Message[] => {
  const { value, fault } = parsed(typeof body === 'string' ? body : '');
  if (fault !== null) throw fault;
  if (!Array.isArray(value)) throw new HopledgerError('BAD_INPUT', 'a batch is a JSON array');
  if (value.length > most) throw tooMany(value.length, most);
  return value.map((inner: unknown, index) => ({ index, ...checked(inner, JSON.stringify(inner)) }));
};

/**
 * Messages that hold several, taken apart.
 * @throws HopledgerError PAYLOAD_TOO_LARGE
 */
export const unfolded = (
  messages: readonly Message[],
  itemsOf: (value: unknown) => readonly unknown[],
  most: number,
): readonly Message[] => {
  const found = messages.flatMap((message): readonly Found[] => {
    if (message.fault !== null) return [message];
    const items = itemsOf(message.value);
    if (items.length === 1 && items[0] === message.value) return [message];
    return items.map((item) => checked(item, JSON.stringify(item)));
  });
  if (found.length > most) throw tooMany(found.length, most);
  return found.map((message, index) => ({ ...message, index }));
};

type Found = Omit<Message, 'index'>;

const jsonTexts = (body: string, contentType: string): readonly Found[] => {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  if (/ndjson/i.test(contentType)) return lines.map(parsed);
  const whole = parsed(body);
  if (whole.fault === null)
    return Array.isArray(whole.value)
      ? whole.value.map((value: unknown) => checked(value, JSON.stringify(value)))
      : [whole];
  // Half a document is not as many broken ones as it has lines.
  const areObjects = lines.length > 1 && lines.some((line) => parsed(line).fault === null);
  return areObjects ? lines.map(parsed) : [whole];
};

/** Deeper by one than a message may be, for the array around them. */
const parsed = (text: string): Found => {
  try {
    return checked(JSON.parse(text), text, MAX_DEPTH + 1);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return faulty(text, `no JSON: ${why.slice(0, 200)}`);
  }
};

const yamlDocuments = (body: string): readonly Found[] =>
  parseAllDocuments(body).flatMap((document): readonly Found[] => {
    const text = body.slice(document.range[0], document.range[2]);
    const [error] = document.errors;
    if (error !== undefined) return [faulty(text, `no YAML: ${error.message.slice(0, 200)}`)];
    try {
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      return value === null ? [] : [checked(value, text)];
    } catch {
      return [faulty(text, 'YAML that refers to itself too often')];
    }
  });

const checked = (value: unknown, text: string, depth: number = MAX_DEPTH): Found =>
  isDeeper(value, depth) ? faulty(text, `nested deeper than ${MAX_DEPTH}`) : { value, text, fault: null };

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
