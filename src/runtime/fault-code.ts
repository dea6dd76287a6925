import { ZodError } from 'zod';

const CODE = /^[A-Z][A-Z0-9_]{0,40}$/;

/**
 * A word for a fault that anybody may read: SQLite's own (`SQLITE_FULL`), or the code of the error (`ENOSPC`, one of
 * docs/reference/errors.md), else `INTERNAL`. Its message may hold paths, hosts or someone's data; that is for the log.
 */
export const faultCode = (error: unknown): string => {
  if (error instanceof ZodError) return 'EVENT_FROM_THE_FUTURE';
  if (typeof error !== 'object' || error === null) return 'INTERNAL';
  const { sqliteCodeName, code }: { sqliteCodeName?: unknown; code?: unknown } = error;
  return [sqliteCodeName, code].find(isCode) ?? 'INTERNAL';
};

const isCode = (value: unknown): value is string => typeof value === 'string' && CODE.test(value);
