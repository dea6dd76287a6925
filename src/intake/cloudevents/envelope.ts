import { z } from 'zod';
import { HopledgerError } from '../../errors.js';
import { parseInput } from '../../recording/commands/parse-input.js';
import { isDeeper } from '../sources/messages.js';

/** A CloudEvent of version 1.0, its attributes checked. Extensions are checked and left out: nothing here uses one. */
export interface CloudEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | null;
  /** ISO 8601 in UTC. */
  readonly time: string | null;
  readonly dataschema: string | null;
  /** Undefined: no data. */
  readonly data: unknown;
}

/**
 * Characters that the type String of CloudEvents leaves out: control characters and noncharacters.
 * @see CloudEvents 1.0.2, section "Type System"
 */
// eslint-disable-next-line no-control-regex -- these are what is refused
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]|\p{Surrogate}/u;

const text = (max: number) =>
  z
    .string('is not a string')
    .min(1, 'is empty')
    .max(max, `is over ${max} characters`)
    .refine((value) => !FORBIDDEN.test(value), 'holds control characters');

/** RFC 3986, only so far that it is one word of the characters that a URI may have. */
const uriReference = text(2048).regex(/^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/, 'is no URI reference');
const absoluteUri = uriReference.regex(/^[A-Za-z][A-Za-z0-9+.-]*:/, 'is no absolute URI');

/** RFC 3339 allows a lower case `t` and `z`, a leap second, and any number of decimals. */
const TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:(?:[0-5]\d|60)(?:\.\d{1,12})?(?:[Zz]|[+-]\d\d:\d\d)$/;
const time = text(64)
  .regex(TIME, 'is no time of RFC 3339')
  .transform((given, context) => {
    const upper = given.toUpperCase().replace(/(\.\d{3})\d+/, '$1');
    const at = new Date(upper.replace(/:60(?=[.Z+-])/, ':59'));
    if (!Number.isNaN(at.getTime())) return at.toISOString();
    context.addIssue({ code: 'custom', message: 'is no time of RFC 3339' });
    return z.NEVER;
  });

const attributes = z.object({
  specversion: z.literal('1.0', 'is not 1.0'),
  id: text(1024),
  source: uriReference,
  type: text(255),
  subject: text(1024).nullish(),
  time: time.nullish(),
  dataschema: absoluteUri.nullish(),
  datacontenttype: text(255).nullish(),
});

const CORE = new Set([...Object.keys(attributes.shape), 'data', 'data_base64']);
/** Lower case letters and digits; that they be at most 20 is advice, so longer ones pass. */
const ATTRIBUTE_NAME = /^[a-z0-9]{1,64}$/;
const MAX_EXTENSIONS = 64;
const MAX_EXTENSION = 4096;
const INT32 = 2 ** 31;

const isJson = (contentType: string): boolean => /^[^;]*[/+]json\s*(?:;|$)/i.test(contentType.trim());

const fault = (field: string, problem: string): HopledgerError =>
  new HopledgerError('BAD_INPUT', `${field}: ${problem}`, { field });

/**
 * One event in JSON, as in the structured and batch modes.
 * @throws HopledgerError BAD_INPUT naming the attribute at fault
 */
export const readJsonEvent = (value: unknown): CloudEvent => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new HopledgerError('BAD_INPUT', 'an event is a JSON object');
  const given = value as Readonly<Record<string, unknown>>;
  const { datacontenttype, ...read } = parseInput(attributes, given);
  checkExtensions(given);
  if (given['data'] != null && given['data_base64'] != null)
    throw fault('data_base64', 'is given beside data; an event has one of them');
  const contentType = datacontenttype ?? 'application/json';
  if (!isJson(contentType)) throw fault('datacontenttype', 'is not JSON, and the types taken here are');
  const data = given['data_base64'] == null ? given['data'] : fromBase64(given['data_base64']);
  return eventOf(read, data);
};

/**
 * An event of the binary mode: attributes as headers `ce-…`, the body is the data.
 * @throws HopledgerError BAD_INPUT
 */
export const readHeaderEvent = (
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string,
): CloudEvent => {
  const given: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('ce-') || value === undefined) continue;
    if (typeof value !== 'string') throw fault(name, 'is given twice');
    given[name.slice('ce-'.length)] = decoded(name, value);
  }
  for (const name of ['data', 'data_base64', 'datacontenttype'])
    if (name in given) throw fault(`ce-${name}`, 'is no header of an event: the body is its data');
  const read = parseInput(attributes, given);
  checkExtensions(given);
  const data = body === '' ? undefined : fromText('the body', body);
  return eventOf(read, data);
};

const eventOf = (
  {
    id,
    source,
    type,
    subject,
    time: at,
    dataschema,
  }: Omit<z.output<typeof attributes>, 'datacontenttype' | 'specversion'>,
  data: unknown,
): CloudEvent => ({
  id,
  source,
  type,
  subject: subject ?? null,
  time: at ?? null,
  dataschema: dataschema ?? null,
  data: data ?? undefined,
});

/** Null stands for an attribute that is not there. */
const checkExtensions = (given: Readonly<Record<string, unknown>>): void => {
  const extensions = Object.entries(given).filter(([name, value]) => !CORE.has(name) && value !== null);
  if (extensions.length > MAX_EXTENSIONS)
    throw new HopledgerError('BAD_INPUT', `over ${MAX_EXTENSIONS} extension attributes`);
  for (const [name, value] of extensions) {
    const shown = name.slice(0, 64);
    if (!ATTRIBUTE_NAME.test(name))
      throw fault(shown, 'is no name of an attribute: lower case letters and digits');
    const isWhole = typeof value === 'number' && Number.isInteger(value) && value >= -INT32 && value < INT32;
    if (typeof value !== 'string' && typeof value !== 'boolean' && !isWhole)
      throw fault(shown, 'is neither a string, a boolean nor an integer');
    if (typeof value === 'string' && value.length > MAX_EXTENSION)
      throw fault(shown, `is over ${MAX_EXTENSION} characters`);
  }
};

const fromBase64 = (value: unknown): unknown => {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value))
    throw fault('data_base64', 'is not Base64');
  return fromText('data_base64', Buffer.from(value, 'base64').toString('utf8'));
};

const fromText = (field: string, json: string): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw fault(field, 'is no JSON');
  }
  if (isDeeper(value)) throw fault(field, 'is nested too deep');
  return value;
};

/** Header values are percent-encoded UTF-8, in double quotes or not. @see CloudEvents HTTP binding 1.0.2, 3.1.3.2 */
const decoded = (name: string, value: string): string => {
  const bare = /^"(.*)"$/s.exec(value)?.[1]?.replace(/\\(.)/gs, '$1') ?? value;
  try {
    return decodeURIComponent(bare);
  } catch {
    throw fault(name, 'is not percent-encoded UTF-8');
  }
};
