import { BadDomainXml, badDomainXmlAt } from './bad-domain-xml.js';

/** Half-open range of character offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface AttributeMarkup {
  readonly name: string;
  /** The value between its quotes, as written. */
  readonly value: Span;
}

export interface ElementMarkup {
  readonly kind: 'element';
  readonly name: string;
  readonly parent: ElementMarkup | null;
  /** From `<` to after the last `>`. */
  readonly start: number;
  end: number;
  readonly attributes: readonly AttributeMarkup[];
  /** After the name or the last attribute: where a further attribute goes. */
  readonly attributesEnd: number;
  /** After the start tag's `>`. */
  readonly contentStart: number;
  /** Offset of `</`; null: the tag closes itself (`<a/>`). */
  contentEnd: number | null;
  readonly children: Markup[];
}

/** Character data, a CDATA section, a comment or a processing instruction; `inner` leaves the delimiters out. */
export interface TextMarkup {
  readonly kind: 'text' | 'cdata' | 'comment' | 'instruction';
  readonly parent: ElementMarkup | null;
  readonly inner: Span;
}

export type Markup = ElementMarkup | TextMarkup;

/** Bounds on what is parsed at all; each is far above any domain that libvirt writes. */
export interface MarkupLimits {
  /** Of UTF-8. */
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** Elements, comments, CDATA sections and instructions together. */
  readonly maxElements: number;
}

/** The same as the defaults of the settings `xml.*`. */
export const DEFAULT_MARKUP_LIMITS: MarkupLimits = {
  maxBytes: 2 * 1024 * 1024,
  maxDepth: 64,
  maxElements: 20_000,
};

/** libvirt's own elements have a dozen at most; a DOM is slow with many on one. */
const MAX_ATTRIBUTES = 64;

/** Characters that XML 1.0 has no place for, written out. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const START_TAG = /<([^\s<>/=&'"!?]+)/y;
const ATTRIBUTE = /\s+([^\s<>/=&'"]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /\s*(\/?)>/y;
const END_TAG = /<\/([^\s<>/=&'"]+)\s*>/y;
const ANY_REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|amp|lt|gt|quot|apos);|&/g;

/**
 * Where each tag, attribute and text of `text` stands. One pass in linear time, so it also refuses oversized,
 * over-deep and DTD-bearing input before anything heavier looks at it, and lets an edit leave every other byte alone.
 * Gives what stands at the top level, comments included.
 * Stricter than a recovering parser, looser than XML on names: the real parser comes after.
 * @throws {BadDomainXml} with line and column
 */
export const scanMarkup = (text: string, limits: MarkupLimits = DEFAULT_MARKUP_LIMITS): Markup[] => {
  const fail = (offset: number, reason: string): never => {
    throw badDomainXmlAt(text, offset, reason);
  };
  if (Buffer.byteLength(text) > limits.maxBytes) {
    throw new BadDomainXml(`larger than ${limits.maxBytes} bytes`);
  }
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden !== null) fail(forbidden.index, 'a control character');

  const roots: Markup[] = [];
  const open: ElementMarkup[] = [];
  let items = 0;
  let at = 0;
  const count = (): void => {
    if (++items > limits.maxElements) fail(at, `more than ${limits.maxElements} elements`);
  };
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const addText = (kind: TextMarkup['kind'], start: number, end: number): void => {
    const parent = open.at(-1) ?? null;
    (parent?.children ?? roots).push({ kind, parent, inner: { start, end } });
  };
  const delimited = (kind: TextMarkup['kind'], opening: string, closing: string): boolean => {
    if (!text.startsWith(opening, at)) return false;
    count();
    const end = text.indexOf(closing, at + opening.length);
    if (end < 0) fail(at, `${opening} is never closed`);
    addText(kind, at + opening.length, end);
    at = end + closing.length;
    return true;
  };

  while (at < text.length) {
    if (text[at] !== '<') {
      const end = text.indexOf('<', at);
      const stop = end < 0 ? text.length : end;
      if (open.length === 0) {
        const stray = text.slice(at, stop).search(/[^ \t\r\n]/);
        if (stray >= 0) fail(at + stray, 'text outside the root element');
      }
      checkReferences(text, { start: at, end: stop });
      addText('text', at, stop);
      at = stop;
      continue;
    }
    if (delimited('comment', '<!--', '-->') || delimited('cdata', '<![CDATA[', ']]>')) continue;
    if (delimited('instruction', '<?', '?>')) continue;
    if (text[at + 1] === '!') fail(at, 'a document type or entity declaration, which no domain has');

    if (text[at + 1] === '/') {
      const closing = match(END_TAG) ?? fail(at, 'a broken end tag');
      const element = open.pop() ?? fail(at, `</${closing[1]}> closes nothing`);
      if (element.name !== closing[1]) fail(at, `<${element.name}> is closed by </${closing[1]}>`);
      element.contentEnd = at;
      at = element.end = at + closing[0].length;
      continue;
    }

    count();
    if (open.length >= limits.maxDepth) fail(at, `nested deeper than ${limits.maxDepth}`);
    const start = at;
    const [opening, name = ''] = match(START_TAG) ?? fail(at, 'a broken tag');
    at += opening.length;
    const attributes: AttributeMarkup[] = [];
    for (let found = match(ATTRIBUTE); found !== null; found = match(ATTRIBUTE)) {
      at += found[0].length;
      const value = { start: at - 1 - (found[2] ?? found[3] ?? '').length, end: at - 1 };
      checkReferences(text, value);
      attributes.push({ name: found[1] ?? '', value });
      if (attributes.length > MAX_ATTRIBUTES) fail(start, `<${name}> has too many attributes`);
    }
    const attributesEnd = at;
    const ending = match(TAG_END) ?? fail(at, `<${name}> is broken here`);
    at += ending[0].length;
    const parent = open.at(-1) ?? null;
    const element: ElementMarkup = {
      kind: 'element',
      name,
      parent,
      start,
      end: at,
      attributes,
      attributesEnd,
      contentStart: at,
      contentEnd: null,
      children: [],
    };
    (parent?.children ?? roots).push(element);
    if (ending[1] === '') open.push(element);
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) fail(unclosed.start, `<${unclosed.name}> is never closed`);
  return roots;
};

/** Only the five built-in entities and references to characters that XML allows: nothing else can be meant without a DTD. */
const checkReferences = (text: string, span: Span): void => {
  const part = text.slice(span.start, span.end);
  if (!part.includes('&')) return;
  for (const reference of part.matchAll(ANY_REFERENCE)) {
    const fail = (reason: string) => badDomainXmlAt(text, span.start + reference.index, reason);
    if (reference[0] === '&') throw fail('an unknown entity, or an & that is not written &amp;');
    const code =
      reference[1] !== undefined ? Number(reference[1]) : Number.parseInt(reference[2] ?? '20', 16);
    const allowed =
      code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) && !FORBIDDEN.test(String.fromCodePoint(code));
    if (!allowed) throw fail('a reference to a forbidden character');
  }
};

/** Every element below and including `roots`, in document order. */
export function* elementsOf(roots: readonly Markup[]): Generator<ElementMarkup> {
  for (const item of roots) {
    if (item.kind !== 'element') continue;
    yield item;
    yield* elementsOf(item.children);
  }
}
