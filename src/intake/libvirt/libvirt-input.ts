import { z } from 'zod';
import { HopledgerError } from '../../errors.js';
import { isHostName, isUuid } from '../../recording/streams.js';

export const host = z
  .string()
  .refine(isHostName, 'must be a host name: letters, digits, dots, dashes, at most 120');
/** ISO 8601 with an offset; a clock may be wrong, a time must be one. */
export const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
export const word = z.string().min(1).max(255);
export const uuid = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine(isUuid, 'must be a UUID');

export const optionalInstant = instant.nullish().transform((at) => at ?? null);
const callId = z
  .string()
  .min(1)
  .max(200)
  .nullish()
  .transform((id) => id ?? null);
/** What the host did by itself when it got no answer. */
const late = z
  .enum(['passed', 'refused'])
  .nullish()
  .transform((did) => did ?? null);

/** `POST /v1/libvirt/hook` as JSON. */
export const hookBody = z.strictObject({
  host,
  argv: z.tuple([word, word, word, word]),
  xml: z.string().max(16 * 1024 * 1024),
  at: optionalInstant,
  sentAt: optionalInstant,
  id: callId,
  late,
});

/** The same with the XML as the body. */
export const hookQuery = z.strictObject({
  host,
  name: word,
  operation: word,
  sub: word,
  extra: word.default('-'),
  at: optionalInstant,
  sentAt: optionalInstant,
  id: callId,
  late,
});

/** `POST /v1/libvirt/events`. */
export const eventsBody = z.strictObject({
  host,
  lines: z.union([z.string(), z.array(z.string().max(65_536)).max(100_000)]),
  domains: z
    .record(
      z.string().min(1).max(255),
      z.string().refine((text) => isUuid(text.toLowerCase()), 'must be a UUID'),
    )
    .default({}),
  sentAt: optionalInstant,
});

/** The same with the lines as the body. */
export const eventsQuery = z.strictObject({ host, sentAt: optionalInstant });

/** `POST /v1/libvirt/logs`, the log as the body. */
export const logQuery = z.strictObject({
  host,
  file: z.string().min(1).max(500).default('-'),
  sentAt: optionalInstant,
});

/** @throws HopledgerError BAD_INPUT that names every field at fault */
export const parseInput = <T extends z.ZodType>(schema: T, value: unknown): z.output<T> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues
    .slice(0, 20)
    .map(({ path, message }) => ({ field: path.map(String).join('.') || 'body', message }));
  const fields = issues.map(({ field }) => field);
  throw new HopledgerError(
    'BAD_INPUT',
    issues.map(({ field, message }) => `${field}: ${message}`).join('; '),
    { fields },
  );
};
