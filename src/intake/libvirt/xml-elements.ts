import type { Element } from '@xmldom/xmldom';

/** libvirt's namespace for what goes straight to QEMU; the prefix bound to it is the document's own choice. */
export const QEMU_NAMESPACE = 'http://libvirt.org/schemas/domain/qemu/1.0';

/** The child elements, of one name (without prefix) and namespace if given. Domain XML proper has no namespace. */
export const childrenOf = (
  parent: Element | null,
  name?: string,
  namespace: string | null = null,
): Element[] => {
  const found: Element[] = [];
  for (let node = parent?.firstChild ?? null; node !== null; node = node.nextSibling) {
    if (!isElement(node)) continue;
    if (name === undefined || (node.localName === name && (node.namespaceURI || null) === namespace))
      found.push(node);
  }
  return found;
};

export const childOf = (
  parent: Element | null,
  name: string,
  namespace: string | null = null,
): Element | null => childrenOf(parent, name, namespace)[0] ?? null;

/** The attribute's value; null when it is absent (xmldom answers so; an empty one is kept). */
export const attributeOf = (element: Element | null, name: string): string | null =>
  element?.hasAttribute(name) === true ? element.getAttribute(name) : null;

/** The element's text without the white space around it; null when it is absent or empty. */
export const textOf = (element: Element | null): string | null => element?.textContent?.trim() || null;

/** libvirt writes numbers in decimal (`2`) and in hexadecimal (`0x1f`); null for anything else. */
export const numberOf = (text: string | null): number | null =>
  text !== null && /^(0x[0-9a-f]+|[0-9]+)$/i.test(text) ? Number(text) : null;

const ELEMENT_NODE = 1;
const isElement = (node: { readonly nodeType: number }): node is Element => node.nodeType === ELEMENT_NODE;
