import type { ElementMarkup } from './markup.js';
import { escapeAttribute, type TextEdit } from './text-edits.js';

/** An element to be written; `name` without prefix. */
export interface NewElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly NewElement[];
}

/** How the document around it is laid out. `newline` is empty where it is all on one line. */
export interface Layout {
  readonly newline: string;
  /** Of one level. */
  readonly unit: string;
}

/** Taken from the root and its first child: the root's children are what every producer of domain XML indents. */
export const layoutOf = (text: string, root: ElementMarkup): Layout => {
  const first = root.children.find((child) => child.kind === 'element');
  const before =
    first === undefined ? null : /(\r\n|\n|\r)([ \t]*)$/.exec(text.slice(root.contentStart, first.start));
  if (before === null) return { newline: '', unit: '' };
  const [, newline = '\n', indent = ''] = before;
  const outer = indentOf(text, root);
  return { newline, unit: indent.startsWith(outer) ? indent.slice(outer.length) : indent };
};

/** Adds `elements` as the last children of `parent`, a self-closing tag opened for them; the rest of it stays. */
export const appendChildren = (
  text: string,
  parent: ElementMarkup,
  elements: readonly NewElement[],
  prefix: string,
  layout: Layout,
): TextEdit[] => {
  const indent = indentOf(text, parent) + layout.unit;
  const written = elements.map((element) => layout.newline + write(element, prefix, indent, layout)).join('');
  if (parent.contentEnd === null) {
    const closing = layout.newline === '' ? '' : layout.newline + indentOf(text, parent);
    const slash = parent.contentStart - 2;
    return [
      { start: slash, end: slash + 1, text: '' },
      { start: parent.contentStart, end: parent.contentStart, text: `${written}${closing}</${parent.name}>` },
    ];
  }
  // Before the white space that indents the end tag, so that it goes on doing so.
  const content = text.slice(parent.contentStart, parent.contentEnd);
  const at = parent.contentStart + content.trimEnd().length;
  const needsLine = at === parent.contentEnd && layout.newline !== '';
  return [{ start: at, end: at, text: written + (needsLine ? layout.newline + indentOf(text, parent) : '') }];
};

/** Adds `elements` right after `sibling`. */
export const insertAfter = (
  text: string,
  sibling: ElementMarkup,
  elements: readonly NewElement[],
  prefix: string,
  layout: Layout,
): TextEdit => {
  const indent = indentOf(text, sibling);
  const written = elements.map((element) => layout.newline + write(element, prefix, indent, layout)).join('');
  return { start: sibling.end, end: sibling.end, text: written };
};

const write = (element: NewElement, prefix: string, indent: string, layout: Layout): string => {
  const name = `${prefix}${element.name}`;
  const attributes = Object.entries(element.attributes).map(
    ([key, value]) => ` ${key}='${escapeAttribute(value)}'`,
  );
  const open = `${layout.newline === '' ? '' : indent}<${name}${attributes.join('')}`;
  if (element.children.length === 0) return `${open}/>`;
  const inner = element.children.map((child) => write(child, prefix, indent + layout.unit, layout));
  const closing = `${layout.newline === '' ? '' : indent}</${name}>`;
  return [`${open}>`, ...inner, closing].join(layout.newline);
};

/** The white space before the element on its line; empty when something else stands there. */
const indentOf = (text: string, element: ElementMarkup): string =>
  /(?:^|[\r\n])([ \t]*)$/.exec(text.slice(Math.max(0, element.start - 200), element.start))?.[1] ?? '';
