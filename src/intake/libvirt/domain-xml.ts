import { DOMParser, ParseError, type Document, type Element } from '@xmldom/xmldom';
import { BadDomainXml, badDomainXmlAt } from './bad-domain-xml.js';
import {
  DEFAULT_MARKUP_LIMITS,
  elementsOf,
  scanMarkup,
  type ElementMarkup,
  type MarkupLimits,
} from './markup.js';
import { childOf, textOf } from './xml-elements.js';

export { BadDomainXml } from './bad-domain-xml.js';

/** A libvirt domain as parsed, together with where everything stands in its text. */
export interface DomainXml {
  /** Lower case, with dashes. */
  readonly uuid: string;
  readonly name: string;
  /** As given, untouched. */
  readonly text: string;
  readonly document: Document;
  /** The root `<domain>`. */
  readonly domain: Element;
  /** The text range of every element of `document`. */
  readonly markup: ReadonlyMap<Element, ElementMarkup>;
}

/**
 * Parses the domain XML that a hook's stdin or `virsh dumpxml` gives.
 * DTDs and entities are refused, so nothing can expand or be fetched; size, depth and element count are bounded.
 * @throws {BadDomainXml} also when the root is not one `<domain>` with a name and a valid UUID
 */
export const parseDomainXml = (text: string, limits: MarkupLimits = DEFAULT_MARKUP_LIMITS): DomainXml => {
  const roots = scanMarkup(text, limits).filter((item) => item.kind === 'element');
  const [root, second] = roots;
  if (root === undefined) throw new BadDomainXml('no root element');
  if (second !== undefined) throw badDomainXmlAt(text, second.start, 'a second root element');

  const document = parseDocument(text);
  const domain = document.documentElement;
  if (domain?.tagName !== 'domain' || domain.namespaceURI) {
    throw badDomainXmlAt(text, root.start, `the root element is <${root.name}>, not <domain>`);
  }
  const markup = pairWithMarkup(text, document, roots);
  const uuid = childOf(domain, 'uuid');
  return {
    uuid: uuidOf(text, uuid, (uuid === null ? undefined : markup.get(uuid)) ?? root),
    name: textOf(childOf(domain, 'name')) ?? failAt(text, root, 'the domain has no <name>'),
    text,
    document,
    domain,
    markup,
  };
};

const parseDocument = (text: string): Document => {
  const reported: string[] = [];
  const parser = new DOMParser({
    locator: true,
    // Positions are only as good as the parser's idea of a line; XML 1.1's further line ends would move them.
    normalizeLineEndings: (source) => source.replace(/\r\n?/g, '\n'),
    // The parser would recover from warnings and errors; libvirt does not, and a guess is no basis for an edit.
    onError: (_level, message) => {
      reported.push(message);
      throw new Error(message);
    },
  });
  try {
    return parser.parseFromString(text, 'text/xml');
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const locator: unknown = error.locator;
    throw new BadDomainXml(
      reported[0] ?? error.message,
      placeOf(locator, 'lineNumber'),
      placeOf(locator, 'columnNumber'),
    );
  }
};

const placeOf = (locator: unknown, key: 'lineNumber' | 'columnNumber'): number | null => {
  const value: unknown = typeof locator === 'object' && locator !== null ? Reflect.get(locator, key) : null;
  return typeof value === 'number' ? value : null;
};

/** Both walks are in document order; should they ever disagree, no edit could be trusted. */
const pairWithMarkup = (
  text: string,
  document: Document,
  roots: readonly ElementMarkup[],
): ReadonlyMap<Element, ElementMarkup> => {
  const pairs = new Map<Element, ElementMarkup>();
  const elements = document.getElementsByTagName('*');
  let index = 0;
  for (const place of elementsOf(roots)) {
    const element = elements[index++];
    if (element?.tagName !== place.name) {
      throw badDomainXmlAt(text, place.start, `<${place.name}> is read in two ways`);
    }
    pairs.set(element, place);
  }
  return pairs;
};

/** libvirt also reads UUIDs without dashes or with dashes elsewhere, and writes them in this one form. */
const uuidOf = (text: string, element: Element | null, place: ElementMarkup): string => {
  const digits = (textOf(element) ?? failAt(text, place, 'the domain has no <uuid>'))
    .toLowerCase()
    .replaceAll('-', '');
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(digits);
  if (parts === null) return failAt(text, place, 'the <uuid> is not a UUID');
  return parts.slice(1).join('-');
};

const failAt = (text: string, place: ElementMarkup, reason: string): never => {
  throw badDomainXmlAt(text, place.start, reason);
};
