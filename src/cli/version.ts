import { readFileSync } from 'node:fs';

/** Of package.json, two folders up from here both in `src` and in `dist`. Read without a schema: `--version` is quick. */
export const readVersion = (): string => {
  const content: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const version: unknown =
    typeof content === 'object' && content !== null ? Reflect.get(content, 'version') : null;
  return typeof version === 'string' ? version : 'unknown';
};
