import type { Element } from '@xmldom/xmldom';
import type { DomainXml } from './domain-xml.js';
import type { ElementMarkup } from './markup.js';
import { escapeAttribute, type TextEdit } from './text-edits.js';
import { attributeOf, childrenOf } from './xml-elements.js';

/** Where an element stands in the text. */
export const placeOf = (xml: DomainXml, element: Element): ElementMarkup => {
  const place = xml.markup.get(element);
  if (place === undefined) throw new Error(`<${element.tagName}> has no place in its own text`);
  return place;
};

/** Sets an attribute, inside its own quotes if it is there; none when it has the value already. */
export const setAttribute = (
  xml: DomainXml,
  element: Element,
  name: string,
  value: string,
): readonly TextEdit[] => {
  if (attributeOf(element, name) === value) return [];
  const place = placeOf(xml, element);
  const attribute = place.attributes.find((other) => other.name === name);
  return attribute === undefined
    ? [{ start: place.attributesEnd, end: place.attributesEnd, text: ` ${name}='${escapeAttribute(value)}'` }]
    : [{ ...attribute.value, text: escapeAttribute(value) }];
};

/** Takes elements out, and `container` with them where it has no other. */
export const cutFrom = (
  xml: DomainXml,
  container: Element,
  doomed: ReadonlySet<Element>,
): readonly TextEdit[] => {
  const children = childrenOf(container);
  const own = children.filter((child) => doomed.has(child));
  const whole = own.length > 0 && own.length === children.length;
  return (whole ? [container] : own).map((element) => cut(xml, element));
};

/** With the white space before it, so that no blank line is left. */
export const cut = (xml: DomainXml, element: Element): TextEdit => {
  const place = placeOf(xml, element);
  let { start } = place;
  while (start > 0 && /[ \t]/.test(xml.text[start - 1] ?? '')) start -= 1;
  if (xml.text[start - 1] === '\n') start -= 1;
  if (xml.text[start - 1] === '\r') start -= 1;
  return { start, end: place.end, text: '' };
};
