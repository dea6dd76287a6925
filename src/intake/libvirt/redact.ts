import { isSecretProperty, REDACTED } from '../../domain/qemu/secret-property.js';
import {
  elementsOf,
  scanMarkup,
  type ElementMarkup,
  type Markup,
  type MarkupLimits,
  type TextMarkup,
} from './markup.js';
import { redactAllOptions, redactOptions } from './option-secrets.js';
import { applyEdits, escapeAttribute, escapeText, unescapeXml, type TextEdit } from './text-edits.js';

/** Elements whose whole text is secret or identity, at any depth below. */
const SECRET_CONTENT: ReadonlySet<string> = new Set([
  'auth',
  'encryption',
  'launchSecurity',
  'sysinfo',
  'initenv',
]);

/** Harmless and needed inside those: what the launch of a protected guest looks like. */
const PLAIN_CONTENT: ReadonlySet<string> = new Set(['policy', 'cbitpos', 'reducedPhysBits']);

/** What `<auth>`, `<encryption>` and `<secret>` may say: which secret, never its value or whose it is. */
const SECRET_REFERENCES: ReadonlySet<string> = new Set([
  'type',
  'usage',
  'uuid',
  'format',
  'engine',
  'index',
  'name',
  'size',
  'mode',
  'hash',
]);

const UUID = /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;

/**
 * The domain XML fit to be stored: passwords, keys, tickets, cookies, SMBIOS and fw_cfg entries, environment variables
 * and credentials in QEMU arguments replaced by `[redacted]`, comments with them; all else as it was.
 * libvirt asks for the XML of `migrate` with secrets in it, so this comes before anything is written anywhere.
 * Redacting twice changes nothing more.
 * @throws {BadDomainXml} for text that is not well formed: what cannot be read cannot be cleaned
 */
export const redactDomainXml = (text: string, limits?: MarkupLimits): string => {
  const edits: TextEdit[] = [];
  const items = scanMarkup(text, limits);
  const identity = argumentsOfSmbios(text, items);
  for (const item of [...items, ...[...elementsOf(items)].flatMap((element) => element.children)]) {
    edits.push(
      ...(item.kind === 'element' ? attributeEdits(text, item, identity.has(item)) : textEdits(text, item)),
    );
  }
  return edits.length === 0 ? text : applyEdits(text, edits);
};

const attributeEdits = (text: string, element: ElementMarkup, isIdentity: boolean): TextEdit[] => {
  const values = new Map(
    element.attributes.map(({ name, value }) => [name, unescapeXml(text.slice(value.start, value.end))]),
  );
  return element.attributes.flatMap(({ name, value }) => {
    const plain = values.get(name) ?? '';
    const clean = isSecretAttribute(element, name, plain, values.get('name') ?? '')
      ? REDACTED
      : isIdentity
        ? redactAllOptions(plain)
        : redactOptions(plain);
    return clean === plain ? [] : [{ ...value, text: escapeAttribute(clean) }];
  });
};

const isSecretAttribute = (
  element: ElementMarkup,
  attribute: string,
  value: string,
  named: string,
): boolean => {
  const tag = localName(element);
  if (attribute.startsWith('xmlns') || value === '') return false;
  // A TPM's state is encrypted under a secret that libvirt keeps: the XML only says which.
  if (attribute === 'secret' && UUID.test(value)) return false;
  if (isSecretProperty(attribute)) return true;
  if (attribute === 'value' && (tag === 'env' || (tag !== 'arg' && isSecretProperty(named)))) return true;
  if (tag === 'source' && attribute === 'query') return true;
  const guarded =
    tag === 'secret' || ancestry(element).some((name) => name === 'auth' || name === 'encryption');
  return guarded && !SECRET_REFERENCES.has(attribute);
};

const textEdits = (text: string, item: TextMarkup): TextEdit[] => {
  const raw = text.slice(item.inner.start, item.inner.end);
  if (raw.trim() === '' || raw === REDACTED) return [];
  if (item.kind === 'comment') return [{ ...item.inner, text: REDACTED }];
  if (item.kind === 'instruction') {
    const target = /^\S*/.exec(raw)?.[0] ?? '';
    return target === 'xml' || raw.trim() === target
      ? []
      : [{ ...item.inner, text: `${target} ${REDACTED}` }];
  }
  const names = item.parent === null ? [] : ancestry(item.parent);
  const [own = ''] = names;
  const isSecret =
    isSecretProperty(own) || (!PLAIN_CONTENT.has(own) && names.some((name) => SECRET_CONTENT.has(name)));
  const plain = item.kind === 'cdata' ? raw : unescapeXml(raw);
  const clean = isSecret ? REDACTED : redactOptions(plain);
  if (clean === plain) return [];
  return [{ ...item.inner, text: item.kind === 'cdata' ? clean : escapeText(clean) }];
};

const localName = (element: ElementMarkup): string => element.name.slice(element.name.indexOf(':') + 1);

/** Local names from the element up to the root. */
const ancestry = (element: ElementMarkup): string[] => {
  const names: string[] = [];
  for (let at: ElementMarkup | null = element; at !== null; at = at.parent) names.push(localName(at));
  return names;
};

/** The arguments of `-smbios` among those of `<qemu:commandline>`. */
const argumentsOfSmbios = (text: string, items: readonly Markup[]): ReadonlySet<ElementMarkup> => {
  const found = new Set<ElementMarkup>();
  let option = '';
  for (const element of elementsOf(items)) {
    if (localName(element) !== 'arg') continue;
    if (option === '-smbios') found.add(element);
    const value = element.attributes.find(({ name }) => name === 'value')?.value ?? { start: 0, end: 0 };
    option = unescapeXml(text.slice(value.start, value.end)).replace(/^--/, '-');
  }
  return found;
};
