import type { Element } from '@xmldom/xmldom';
import type { Removal } from '../../domain/hop/assessment.js';
import { commandLineEdits, type CommandLineChanges } from './command-line-edits.js';
import { parseDomainXml, type DomainXml } from './domain-xml.js';
import { cut } from './element-edits.js';
import type { MarkupLimits } from './markup.js';
import { applyEdits } from './text-edits.js';
import { attributeOf, childrenOf, QEMU_NAMESPACE } from './xml-elements.js';

/**
 * The domain XML without explicit properties that the destination's build does not know: QEMU would not start
 * with them. Only these go, from `<qemu:override>`, `-set`, `-device` and `-global`, with the elements that they leave
 * empty; every other character stays.
 * @throws {BadDomainXml} when the text is no domain XML
 */
export const removeOverrides = (
  xmlText: string,
  removals: readonly Removal[],
  limits?: MarkupLimits,
): string => {
  if (removals.length === 0) return xmlText;
  const xml = parseDomainXml(xmlText, limits);
  return applyEdits(xmlText, [
    ...deviceProperties(xml, removals).map((element) => cut(xml, element)),
    ...commandLineEdits(xml, changesOf(removals)),
  ]);
};

const changesOf = (removals: readonly Removal[]): CommandLineChanges => {
  const devices = new Map<string, Map<string, null>>();
  const globals = new Set<string>();
  for (const { alias, property } of removals) {
    if (alias === null) globals.add(property);
    else devices.set(alias, (devices.get(alias) ?? new Map<string, null>()).set(property, null));
  }
  return { devices, globals };
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
