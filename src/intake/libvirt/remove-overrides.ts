import type { Element } from '@xmldom/xmldom';
import type { Removal } from '../../domain/hop/assessment.js';
import { parseDomainXml, type DomainXml } from './domain-xml.js';
import type { MarkupLimits } from './markup.js';
import { parseGlobal } from './qemu-arguments.js';
import { applyEdits, type TextEdit } from './text-edits.js';
import { attributeOf, childrenOf, QEMU_NAMESPACE } from './xml-elements.js';

/**
 * The domain XML without explicit properties that the destination's build does not know: QEMU would not start
 * with them. Only these go, with the elements that they leave empty; every other character stays.
 * @throws {BadDomainXml} when the text is no domain XML
 */
export const removeOverrides = (
  xmlText: string,
  removals: readonly Removal[],
  limits?: MarkupLimits,
): string => {
  if (removals.length === 0) return xmlText;
  const xml = parseDomainXml(xmlText, limits);
  const doomed = [...deviceProperties(xml, removals), ...globalArguments(xml, removals)];
  return applyEdits(
    xmlText,
    doomed.map((element) => cut(xml, element)),
  );
};

/** The largest elements that hold nothing but what is to go. */
const deviceProperties = (xml: DomainXml, removals: readonly Removal[]): readonly Element[] =>
  childrenOf(xml.domain, 'override', QEMU_NAMESPACE).flatMap((container) => {
    const devices = childrenOf(container, 'device', QEMU_NAMESPACE);
    const emptied = devices.map((device) => {
      const gone = new Set(
        removals
          .filter(({ alias }) => alias === attributeOf(device, 'alias'))
          .map(({ property }) => property),
      );
      const frontends = childrenOf(device, 'frontend', QEMU_NAMESPACE);
      const properties = frontends.flatMap((frontend) => childrenOf(frontend, 'property', QEMU_NAMESPACE));
      const doomed = properties.filter((property) => gone.has(attributeOf(property, 'name') ?? ''));
      const whole = properties.length > 0 && doomed.length === properties.length && frontends.length === 1;
      return { device, doomed: whole ? [device] : doomed, whole };
    });
    return emptied.every(({ whole }) => whole) && devices.length > 0
      ? [container]
      : emptied.flatMap(({ doomed }) => doomed);
  });

/** `-global` and the argument after it. */
const globalArguments = (xml: DomainXml, removals: readonly Removal[]): readonly Element[] => {
  const gone = new Set(removals.filter(({ alias }) => alias === null).map(({ property }) => property));
  return childrenOf(xml.domain, 'commandline', QEMU_NAMESPACE).flatMap((container) => {
    const args = childrenOf(container, 'arg', QEMU_NAMESPACE);
    return args.flatMap((arg, index) => {
      const next = args[index + 1];
      if (next === undefined || !/^--?global$/.test(attributeOf(arg, 'value') ?? '')) return [];
      const property = parseGlobal(attributeOf(next, 'value') ?? '')?.property;
      return property !== undefined && gone.has(property) ? [arg, next] : [];
    });
  });
};

/** With the white space before it, so that no blank line is left. */
const cut = (xml: DomainXml, element: Element): TextEdit => {
  const place = xml.markup.get(element);
  if (place === undefined) throw new Error(`<${element.tagName}> has no place in its own text`);
  let { start } = place;
  while (start > 0 && /[ \t]/.test(xml.text[start - 1] ?? '')) start -= 1;
  if (xml.text[start - 1] === '\n') start -= 1;
  if (xml.text[start - 1] === '\r') start -= 1;
  return { start, end: place.end, text: '' };
};
