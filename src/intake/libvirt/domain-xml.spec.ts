import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BadDomainXml, parseDomainXml } from './domain-xml.js';

const UUID = '11111111-2222-4333-8444-000000000001';
const domain = (inside = '', attributes = " type='kvm'"): string =>
  `<domain${attributes}>\n  <name>vm1</name>\n  <uuid>${UUID}</uuid>\n${inside}</domain>\n`;

const refusal = (text: string): BadDomainXml => {
  try {
    parseDomainXml(text);
  } catch (error) {
    if (error instanceof BadDomainXml) return error;
    throw error;
  }
  throw new Error('was accepted');
};

describe('parseDomainXml', () => {
  it('gives name, UUID in lower case and the text as it came', () => {
    const text = domain().replace(UUID, '0F6B7C1E-52A4-4D0B-9C58-7F1DE03A9B42');
    expect(parseDomainXml(text)).toMatchObject({
      name: 'vm1',
      uuid: '0f6b7c1e-52a4-4d0b-9c58-7f1de03a9b42',
      text,
    });
  });

  it('reads a UUID without dashes, as libvirt does', () => {
    expect(parseDomainXml(domain().replace(UUID, UUID.replaceAll('-', ''))).uuid).toBe(UUID);
  });

  it('knows where each element stands in the text', () => {
    const text = `<?xml version='1.0'?>\r\n<!-- a > b -->\r\n${domain('  <devices a="1"><x/><![CDATA[</y>]]></devices>\r\n')}`;
    const { markup, document } = parseDomainXml(text);
    const element = document.getElementsByTagName('devices')[0];
    const place = element && markup.get(element);
    expect(text.slice(place?.start, place?.end)).toBe('<devices a="1"><x/><![CDATA[</y>]]></devices>');
    expect(text.slice(place?.contentStart, place?.contentEnd ?? 0)).toBe('<x/><![CDATA[</y>]]>');
  });

  it.each([
    ['an end tag of another name', domain('  <devices>\n    <disk></devices>\n'), 5, 11],
    ['an unclosed element', "<domain type='kvm'>\n <name>x</name>", 1, 1],
    ['an attribute without quotes', domain('  <a b=c/>\n'), 4, 5],
    ['an attribute given twice', domain("  <a b='1' b='2'/>\n"), 4, null],
    ['an unbound prefix', domain('  <q:a/>\n'), 4, null],
    ['a bare ampersand', domain('  <a>x & y</a>\n'), 4, 8],
    ['an entity of its own', domain('  <a>&xxe;</a>\n'), 4, 6],
    ['a reference to NUL', domain('  <a>&#0;</a>\n'), 4, 6],
    ['a NUL', domain('  <a>\0</a>\n'), 4, 6],
    ['a second root', `${domain()}<domain/>`, 5, 1],
    ['text after the root', `${domain()}x`, 5, 1],
    ['a DTD', `<!DOCTYPE domain [<!ENTITY a "b">]>\n${domain()}`, 1, 1],
    ['a lower-case doctype', `<!doctype domain>${domain()}`, 1, 1],
    ['an entity declaration inside', domain('  <!ENTITY a "b">\n'), 4, 3],
    ['another root', '<network><name>n</name></network>', 1, 1],
    ['a root in a namespace', domain('', " xmlns='urn:x'"), 1, 1],
    ['no name', domain().replace(/<name>.*<\/name>/, ''), 1, 1],
    ['no UUID', domain().replace(/<uuid>.*<\/uuid>/, ''), 1, 1],
    ['an invalid UUID', domain().replace(UUID, '1234'), 3, 3],
    ['a broken declaration', `<?xml versio='1.0'?>${domain()}`, null, null],
  ])('refuses %s and says where', (_what, text, line, column) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: 'BAD_DOMAIN_XML', name: 'BadDomainXml' });
    if (line !== null) {
      expect(error.line).toBe(line);
      expect(error.message).toContain(`line ${line}`);
    }
    if (column !== null) expect(error.column).toBe(column);
  });

  it.each(['', ' \n', '<!-- only a comment -->'])('refuses %j, which has no root', (text) => {
    expect(refusal(text).line).toBeNull();
  });

  it('refuses 20,000 levels of nesting without building them', () => {
    const text = domain('<a>'.repeat(20_000) + '</a>'.repeat(20_000));
    const before = performance.now();
    expect(refusal(text).message).toContain('nested deeper than 64');
    expect(performance.now() - before).toBeLessThan(100);
  });

  it('refuses more elements, attributes or characters than its bounds', () => {
    expect(refusal(domain('<a/>'.repeat(20_001))).message).toContain('more than 20000 elements');
    const attributes = Array.from({ length: 65 }, (_, i) => ` a${i}=''`).join('');
    expect(refusal(domain(`<a${attributes}/>`)).message).toContain('too many attributes');
    expect(refusal(domain('é'.repeat(1024 * 1024))).message).toContain('larger than');
  });

  it('takes other bounds', () => {
    const limits = { maxBytes: 10_000, maxDepth: 2, maxElements: 4 };
    expect(parseDomainXml(domain('<a/>'), limits).name).toBe('vm1');
    for (const inside of ['<a><b/></a>', '<a/><a/>', 'x'.repeat(10_000)]) {
      expect(() => parseDomainXml(domain(inside), limits)).toThrow(BadDomainXml);
    }
  });

  it('either parses or throws BadDomainXml, whatever the text', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '/',
      "'",
      '"',
      '=',
      '&',
      ';',
      '#',
      '!',
      '-',
      '[',
      ']',
      '?',
      ':',
      ' ',
      'a',
      'b',
      '\n',
      '\r',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = domain(parts.join(''));
        try {
          expect(parseDomainXml(text).text).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(BadDomainXml);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
