import { createHash } from 'node:crypto';

/**
 * The key of a report that got none: the same report, its time included, has the same key, so that the command can be
 * run again with `--at` when its answer got lost.
 */
export const derivedKey = (mutation: string, input: object): string =>
  `cli-${createHash('sha256')
    .update(canonical([mutation, input]))
    .digest('hex')
    .slice(0, 32)}`;

/** JSON with the fields of every object in one order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
