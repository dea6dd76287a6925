import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { BadConnectionString, parseConnectionString } from '../ledger/eventstoredb/connection-string.js';

/** One setting: how its text or JSON value is read, and what the reference says about it. */
export interface Setting<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  readonly says: string;
  /** Its value is shown nowhere. */
  readonly secret?: boolean;
}

export function setting<S extends z.ZodType>(says: string, schema: S): Setting<S> {
  return { schema, says };
}

export function secret<S extends z.ZodType>(says: string, schema: S): Setting<S> {
  return { schema, says, secret: true };
}

/** Whole numbers may come as text (environment) or as JSON numbers (file). */
export const whole = (min: number, max: number, byDefault: number) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value),
      z.int(`must be a whole number from ${min} to ${max}`).min(min).max(max),
    )
    .default(byDefault);

export const onOff = (byDefault: boolean) =>
  z
    .preprocess(
      (value) => (value === 'true' ? true : value === 'false' ? false : value),
      z.boolean('must be true or false'),
    )
    .default(byDefault);

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T, byDefault: T[number]) =>
  z.enum(values, `must be one of: ${values.join(', ')}`).default(() => byDefault);

/** A comma-separated text, or a JSON array. */
export const list = () =>
  z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value),
      z.array(z.string().min(1, 'holds an empty name')),
    )
    .default([]);

/** Each an address or a CIDR. */
export const networks = (byDefault: readonly string[] = []) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value),
      z.array(z.string().refine(isNetwork, 'must be addresses or networks such as 10.20.0.0/16')),
    )
    .default([...byDefault]);

const isNetwork = (text: string): boolean => ipaddr.isValid(text) || ipaddr.isValidCIDR(text);

/** Says which part is wrong, and repeats none of the string. */
export const connectionString = () =>
  z
    .string('must be a connection string')
    .superRefine((text, context) => {
      try {
        parseConnectionString(text);
      } catch (error) {
        if (!(error instanceof BadConnectionString)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
      }
    })
    .optional();
