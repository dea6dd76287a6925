import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Of package.json, which stands two folders up both from `src/runtime` and from `dist/runtime`. */
export const VERSION = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version;
