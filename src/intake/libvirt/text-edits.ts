import type { Span } from './markup.js';

/** One place of a text to be written anew; an empty span inserts. */
export interface TextEdit extends Span {
  readonly text: string;
}

/** Applies edits that do not overlap; those at one place in the order given. All other text is left as it is. */
export const applyEdits = (text: string, edits: readonly TextEdit[]): string => {
  let written = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    written += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return written + text.slice(at);
};

/** For an attribute value in either kind of quotes, white space kept through attribute normalisation. */
export const escapeAttribute = (value: string): string =>
  value.replace(/[&<>'"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);

/** For character data. */
export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** What attribute value or character data means, its references resolved. */
export const unescapeXml = (raw: string): string =>
  raw.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g, (whole, decimal, hexadecimal, name) => {
    if (typeof name === 'string') return NAMED.get(name) ?? whole;
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hexadecimal), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
