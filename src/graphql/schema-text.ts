import { readFileSync } from 'node:fs';

/** The contract, as it lies at the root of the package: two folders up from here, in `src` as in `dist`. */
export const readSchemaText = (): string =>
  readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
