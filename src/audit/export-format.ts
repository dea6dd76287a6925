import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonical } from '../catalogue/canonical.js';

/** What an export is called in its first line. */
export const EXPORT_FORMAT = 'hopledger-export';
export const EXPORT_VERSION = 1;
/** A longer line is no line of an export: an append has at most a few MiB. Bounds what a reader holds. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;
/** The content hash of no events. */
export const NO_CONTENT = '0'.repeat(64);

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in lower-case hex');
const name = z.string().regex(/^[A-Za-z0-9._:-]{1,200}$/, 'is malformed');
const whole = z.int().min(0);
/** Taken as it is: a schema that looks inside makes a new object and loses a key such as `__proto__`. */
const body = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'is no object',
);

/** What an event is, wherever it is stored. The content hash is over this and nothing else. */
const event = z.strictObject({
  stream: name,
  revision: whole,
  type: name,
  id: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'is no UUID in lower case'),
  data: body,
  metadata: body,
});

const headerLine = z.strictObject({
  kind: z.literal('header'),
  format: z.literal(EXPORT_FORMAT),
  version: z.literal(EXPORT_VERSION, `is not ${EXPORT_VERSION}, the one this hopledger reads`),
  hash,
});

const eventLine = z.strictObject({
  kind: z.literal('event'),
  /** The event's number, from 1. */
  n: whole.min(1),
  /** Of the engine that it was exported from; another engine gives another. */
  position: z.string().min(1).max(100),
  recordedAt: z.iso.datetime({ precision: 3, error: 'is no UTC time with milliseconds' }),
  event,
  /** Content hash of this event and all before it. */
  content: hash,
  /** `hash` of the line before. */
  previous: hash,
  hash,
});

const endLine = z.strictObject({
  kind: z.literal('end'),
  events: whole,
  /** Content hash of all events. */
  content: hash,
  previous: hash,
  hash,
});

export const exportLine = z.discriminatedUnion('kind', [headerLine, eventLine, endLine]);

export type ExportedEvent = z.infer<typeof event>;
export type EventLine = z.infer<typeof eventLine>;
export type ExportLine = z.infer<typeof exportLine>;
type Unhashed<Line> = Line extends unknown ? Omit<Line, 'hash'> : never;

/** SHA-256 of the text's UTF-8, in lower-case hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A line's `hash`: of its canonical JSON without the member `hash`. */
export const hashOfLine = (line: Unhashed<ExportLine>): string => sha256(canonical(line));

/** The line as it stands in a file, without its line feed, and its hash. */
export const sealed = (line: Unhashed<ExportLine>): { readonly text: string; readonly hash: string } => {
  const own = hashOfLine(line);
  return { text: canonical({ ...line, hash: own }), hash: own };
};
