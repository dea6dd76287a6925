import { canonical } from '../catalogue/canonical.js';
import { exportLine, hashOfLine, MAX_LINE_BYTES, type ExportLine } from './export-format.js';

/** A line that is what it says of itself, or why it is not. */
export type ReadLine =
  | { readonly line: ExportLine }
  | {
      readonly fault: string;
      /** What it seems to hold, where that much can be read: enough to follow the log over it. */
      readonly line?: ExportLine;
    };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Everything about a line that needs no other line: form, schema, its own hash. `bytes` are without the line feed. */
export const readLine = (bytes: Uint8Array): ReadLine => {
  if (bytes.length > MAX_LINE_BYTES) return { fault: `is over ${MAX_LINE_BYTES} bytes` };
  let value: unknown;
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { fault: 'is no UTF-8' };
  }
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'is no JSON' };
  }
  const parsed = exportLine.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    return { fault: `is no line of an export: ${where}${issue?.message ?? 'malformed'}` };
  }
  const line = parsed.data;
  if (canonical(value) !== text) return { fault: 'is not in canonical form', line };
  const { hash, ...rest } = line;
  if (hashOfLine(rest) !== hash) return { fault: 'does not have the hash that it carries', line };
  return { line };
};
