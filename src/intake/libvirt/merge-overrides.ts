import type { Element } from '@xmldom/xmldom';
import type { GlobalProperty } from '../../domain/qemu/device.js';
import type { Override } from '../../domain/qemu/override.js';
import { commandLineAliases, commandLineEdits } from './command-line-edits.js';
import { parseDomainXml, type DomainXml } from './domain-xml.js';
import { placeOf, setAttribute } from './element-edits.js';
import { commandLineArguments } from './given-overrides.js';
import type { MarkupLimits } from './markup.js';
import { libvirtValue, UnwritableOverride } from './override-values.js';
import { readQemuArguments } from './qemu-arguments.js';
import { applyEdits, type TextEdit } from './text-edits.js';
import { attributeOf, childOf, childrenOf, QEMU_NAMESPACE } from './xml-elements.js';
import { appendChildren, insertAfter, layoutOf, type Layout, type NewElement } from './xml-writing.js';

export { UnwritableOverride } from './override-values.js';

/** `qemu:override`: per alias, from libvirt 8.2. `qemu:commandline`: `-global`, which hot-plugged devices get too. */
export type OverrideForm = 'qemu:override' | 'qemu:commandline';

/**
 * The domain XML with `overrides` in it, and not a character of it changed elsewhere.
 * What the XML already carries is kept; a property that is there with another value is set anew. Merging twice is
 * merging once, and without overrides the text comes back as it is.
 * In the `qemu:override` form a device of `<qemu:commandline>`, which libvirt does not reach, has its own argument
 * changed, and a `-set` of an overridden property goes. In the `qemu:commandline` form an override of one device
 * becomes a `-global` of its type: QEMU has nothing narrower for devices that libvirt writes.
 * @throws {BadDomainXml} when the text is no domain XML
 * What is the machine's and no device's (a property of the CPU) is a `-global` in either form.
 * @throws {UnwritableOverride} for a value not of its type, or two overrides that would set one property to
 *   different values
 */
export const mergeOverrides = (
  xmlText: string,
  overrides: readonly Override[],
  form: OverrideForm,
  limits?: MarkupLimits,
): string => {
  if (overrides.length === 0) return xmlText;
  const ofMachine = overrides.filter(({ alias }) => alias === null);
  if (form === 'qemu:override' && ofMachine.length > 0) {
    const ofDevices = overrides.filter(({ alias }) => alias !== null);
    const written = mergeOverrides(xmlText, ofDevices, form, limits);
    return mergeOverrides(written, ofMachine, 'qemu:commandline', limits);
  }
  const editor = editorOf(parseDomainXml(xmlText, limits));
  const edits = form === 'qemu:override' ? deviceEdits(editor, overrides) : globalEdits(editor, overrides);
  return edits.length === 0 ? xmlText : applyEdits(xmlText, edits);
};

interface Editor {
  readonly xml: DomainXml;
  readonly layout: Layout;
}

const editorOf = (xml: DomainXml): Editor => ({
  xml,
  layout: layoutOf(xml.text, placeOf(xml, xml.domain)),
});

/** Alias → property → override; the order given is the order written. */
type Wanted = Map<string, Map<string, Override>>;

const deviceEdits = (editor: Editor, overrides: readonly Override[]): TextEdit[] => {
  const wanted: Wanted = new Map();
  for (const override of overrides) {
    if (override.alias === null) continue;
    const ofDevice = wanted.get(override.alias) ?? new Map<string, Override>();
    const other = ofDevice.get(override.property);
    if (other !== undefined && libvirtValue(other) !== libvirtValue(override)) {
      throw new UnwritableOverride(override, `also to be set to ${other.value}`);
    }
    wanted.set(override.alias, ofDevice.set(override.property, override));
  }
  const known = commandLineAliases(editor.xml);
  const ofLibvirt: Wanted = new Map([...wanted].filter(([alias]) => !known.has(alias)));
  return [
    ...commandLineEdits(editor.xml, { devices: wanted, globals: new Set() }),
    ...overrideEdits(editor, ofLibvirt),
  ];
};

const overrideEdits = (editor: Editor, wanted: Wanted): readonly TextEdit[] => {
  if (wanted.size === 0) return [];
  const [container] = childrenOf(editor.xml.domain, 'override', QEMU_NAMESPACE);
  if (container === undefined) {
    const devices = [...wanted].map(([alias, properties]) => deviceElement(alias, properties));
    return addToDomain(editor, { name: 'override', attributes: {}, children: devices });
  }
  const edits: TextEdit[] = [];
  const added: NewElement[] = [];
  // Where an alias comes twice, the first is as good as the other.
  const present = new Map(
    childrenOf(container, 'device', QEMU_NAMESPACE)
      .map((device) => [attributeOf(device, 'alias'), device] as const)
      .reverse(),
  );
  for (const [alias, properties] of wanted) {
    const device = present.get(alias);
    if (device === undefined) added.push(deviceElement(alias, properties));
    else edits.push(...propertyEdits(editor, device, properties));
  }
  if (added.length > 0) edits.push(...append(editor, container, added));
  return edits;
};

const propertyEdits = (
  editor: Editor,
  device: Element,
  wanted: ReadonlyMap<string, Override>,
): TextEdit[] => {
  const frontend = childOf(device, 'frontend', QEMU_NAMESPACE);
  if (frontend === null) {
    return append(editor, device, [
      { name: 'frontend', attributes: {}, children: propertyElements(wanted.values()) },
    ]);
  }
  const edits: TextEdit[] = [];
  const missing: Override[] = [];
  for (const override of wanted.values()) {
    const present = childrenOf(frontend, 'property', QEMU_NAMESPACE).filter(
      (property) => attributeOf(property, 'name') === override.property,
    );
    if (present.length === 0) missing.push(override);
    for (const property of present) {
      edits.push(...setAttribute(editor.xml, property, 'type', override.libvirtType));
      edits.push(...setAttribute(editor.xml, property, 'value', libvirtValue(override)));
    }
  }
  if (missing.length > 0) edits.push(...append(editor, frontend, propertyElements(missing)));
  return edits;
};

const deviceElement = (alias: string, wanted: ReadonlyMap<string, Override>): NewElement => ({
  name: 'device',
  attributes: { alias },
  children: [{ name: 'frontend', attributes: {}, children: propertyElements(wanted.values()) }],
});

const propertyElements = (overrides: Iterable<Override>): NewElement[] =>
  [...overrides].map((override) => ({
    name: 'property',
    attributes: { name: override.property, type: override.libvirtType, value: libvirtValue(override) },
    children: [],
  }));

const globalEdits = (editor: Editor, overrides: readonly Override[]): TextEdit[] => {
  const wanted = new Map<string, GlobalProperty>();
  for (const override of overrides) {
    const global = { driver: override.qomType, property: override.property, value: override.value };
    const key = `${global.driver}.${global.property}`;
    const other = wanted.get(key);
    if (other !== undefined && other.value !== global.value) {
      throw new UnwritableOverride(override, `${key} is also to be set to ${other.value}`);
    }
    wanted.set(key, global);
  }
  // The last -global that names a property wins: only that one tells whether ours is there.
  const inEffect = new Map<string, string>();
  for (const argument of readQemuArguments(commandLineArguments(editor.xml))) {
    if (argument.kind !== 'global') continue;
    inEffect.set(`${argument.global.driver}.${argument.global.property}`, argument.global.value);
  }
  const args = [...wanted]
    .filter(([key, { value }]) => inEffect.get(key) !== value)
    .flatMap(([key, { value }]) => ['-global', `${key}=${value}`])
    .map((value): NewElement => ({ name: 'arg', attributes: { value }, children: [] }));
  if (args.length === 0) return [];

  const [container] = childrenOf(editor.xml.domain, 'commandline', QEMU_NAMESPACE);
  if (container === undefined)
    return addToDomain(editor, { name: 'commandline', attributes: {}, children: args });
  const last = childrenOf(container, 'arg', QEMU_NAMESPACE).at(-1);
  return last === undefined
    ? append(editor, container, args)
    : [insertAfter(editor.xml.text, placeOf(editor.xml, last), args, prefixLike(last), editor.layout)];
};

const append = (editor: Editor, parent: Element, elements: readonly NewElement[]): TextEdit[] =>
  appendChildren(editor.xml.text, placeOf(editor.xml, parent), elements, prefixLike(parent), editor.layout);

/** Whatever binds the parent's prefix (or the default namespace) binds it for its children too. */
const prefixLike = (element: Element): string => (element.prefix ? `${element.prefix}:` : '');

/** As the last child of `<domain>`, under a prefix that is bound there, or is now. */
const addToDomain = (editor: Editor, element: NewElement): TextEdit[] => {
  const { domain, text } = editor.xml;
  const place = placeOf(editor.xml, domain);
  const bound = new Map(
    place.attributes
      .filter(({ name }) => name.startsWith('xmlns:'))
      .map(({ name }) => [name.slice('xmlns:'.length), attributeOf(domain, name)]),
  );
  const known = [...bound].find(([, uri]) => uri === QEMU_NAMESPACE)?.[0];
  let prefix = known ?? 'qemu';
  for (let n = 1; known === undefined && bound.has(prefix); n++) prefix = `qemu${n}`;
  const declaration = {
    start: place.attributesEnd,
    end: place.attributesEnd,
    text: ` xmlns:${prefix}='${QEMU_NAMESPACE}'`,
  };
  const edits = appendChildren(text, place, [element], `${prefix}:`, editor.layout);
  return known === undefined ? [declaration, ...edits] : edits;
};
