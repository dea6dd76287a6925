import type { z } from 'zod';
import type { FieldPath } from './source.js';

/** A fault before its line is known. */
export interface SchemaFault {
  readonly path: FieldPath;
  readonly message: string;
}

const SHAPES: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** Zod's issues in the words of whoever writes YAML. Undefined: the message that the schema itself gives. */
const wording = (issue: z.core.$ZodRawIssue): string | undefined => {
  if (issue.input === undefined) return 'is missing';
  if (issue.code === 'invalid_type') {
    const { input, expected } = issue;
    if (input === null) return 'is empty; leave the key out';
    // 8.10 is the number 8.1: only quotes keep what was written.
    if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
      return `is read as the ${typeof input} ${String(input)}; put it in quotes`;
    }
    return `must be ${SHAPES[expected] ?? expected}`;
  }
  if (issue.code === 'invalid_value') return `must be one of: ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small') return issue.origin === 'array' ? 'is an empty list' : 'is empty';
  return undefined;
};

/** The value without the keys that the schema does not know, so that what it does know is judged as well. */
const withoutKeys = (value: unknown, unknown: readonly z.core.$ZodIssueUnrecognizedKeys[]): unknown => {
  const copy: unknown = structuredClone(value);
  for (const { path, keys } of unknown) {
    const holder = path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), copy);
    if (isRecord(holder)) for (const key of keys) Reflect.deleteProperty(holder, key);
  }
  return copy;
};
const isRecord = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === 'object' && value !== null;

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly SchemaFault[] };

/** Judges a value by a schema: every fault at once, one for each unknown key. */
export const parseWith = <T>(schema: z.ZodType<T>, value: unknown): Parsed<T> => {
  const result = schema.safeParse(value, { error: wording });
  if (result.success) return { ok: true, value: result.data };
  const unknown = result.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
  const keyFaults = unknown.flatMap(({ path, keys }) =>
    keys.map((key): SchemaFault => ({ path: [...path, key], message: 'is no key of this place' })),
  );
  if (unknown.length === 0)
    return { ok: false, faults: result.error.issues.map(({ path, message }) => ({ path, message })) };
  const rest = parseWith(schema, withoutKeys(value, unknown));
  return { ok: false, faults: rest.ok ? keyFaults : [...keyFaults, ...rest.faults] };
};
