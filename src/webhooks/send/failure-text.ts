const MOST_CHARACTERS = 500;

/** Why no answer came, on one line: the system's code where it has one. */
export const textOfFailure = (error: unknown): string => {
  const deepest = innermost(error);
  const code = fieldOf(deepest, 'code');
  const message = fieldOf(deepest, 'message') ?? String(deepest);
  const text = code === undefined || message.includes(code) ? message : `${message} (${code})`;
  return onOneLine(text);
};

/** As an event may hold it: without control characters, neither empty nor long. */
export const onOneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MOST_CHARACTERS) || 'it failed, and does not say why';

/** With several addresses Node gathers the failures of each; the first one tells. */
const innermost = (error: unknown): unknown => {
  const errors: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'errors') : null;
  return Array.isArray(errors) && errors.length > 0 ? (errors as unknown[])[0] : error;
};

const fieldOf = (value: unknown, name: string): string | undefined => {
  const field: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof field === 'string' ? field : undefined;
};
