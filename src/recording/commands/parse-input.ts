import type { z } from 'zod';
import { HopledgerError } from '../../errors.js';

/**
 * The input as the schema reads it.
 * @param within put before the path in `facts.field`, for input that is part of something larger
 * @throws HopledgerError BAD_INPUT with the path of the first fault in `facts.field`
 */
export const parseInput = <T>(schema: z.ZodType<T>, input: unknown, within: readonly string[] = []): T => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = [...within, ...(issue?.path ?? [])].map(String).join('.');
  const fault = issue?.message ?? 'is malformed';
  throw new HopledgerError(
    'BAD_INPUT',
    field === '' ? fault : `${field}: ${fault}`,
    field === '' ? {} : { field },
  );
};
