import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { canonical } from '../catalogue/canonical.js';
import { EXPORT_FORMAT, EXPORT_VERSION, exportLine, MAX_LINE_BYTES, sha256 } from './export-format.js';
import { verifyExport } from './verify-export.js';

const PAGE = readFileSync('docs/reference/export-format.md', 'utf8');

/** The members that the table under a heading lists. */
const listed = (heading: string): (string | undefined)[] => {
  const [, section = ''] = PAGE.split(`### ${heading}\n`);
  const [table = ''] = section.split(/\n#/);
  return [...table.matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]);
};

describe('docs/reference/export-format.md', () => {
  test.each(
    exportLine.options.map((option) => [option.shape.kind.value, Object.keys(option.shape)] as const),
  )('lists the members of the line %s', (kind, members) => {
    expect(listed(kind)).toEqual(members);
  });

  test('shows an export that is sound', async () => {
    const [, text = ''] = /```ndjson\n([^]*?)```/.exec(PAGE) ?? [];
    async function* chunks(): AsyncGenerator<Buffer, void> {
      yield Buffer.from(text);
    }
    expect(await verifyExport(chunks())).toMatchObject({ faults: 0, events: 2, streams: 1 });
  });

  test('names the format, its version and its longest line', () => {
    expect(PAGE).toContain(`| \`format\`  | \`${EXPORT_FORMAT}\``);
    expect(PAGE).toContain(`| \`version\` | \`${EXPORT_VERSION}\`.`);
    expect(PAGE).toContain(`at most ${MAX_LINE_BYTES / 1024 / 1024} MiB`);
  });
});

describe('the canonical form', () => {
  test('is that of RFC 8785, of whose examples it gives the bytes', () => {
    expect(
      canonical(
        JSON.parse(
          String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
        ),
      ),
    ).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
    const sorted = canonical(
      JSON.parse(
        String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
      ),
    );
    expect([...sorted.matchAll(/:"(\w+)/g)].map((match) => match[1])).toEqual([
      'Carriage',
      'One',
      'Control',
      'Latin',
      'Euro',
      'Emoji',
      'Hebrew',
    ]);
  });

  test('does not depend on the order in which members were written, nor lose awkward ones', () => {
    expect(canonical(JSON.parse('{"b":1,"a":{"__proto__":[-0],"":"\\ud800"}}'))).toBe(
      canonical(JSON.parse('{"a":{"":"\\ud800","__proto__":[0]},"b":1}')),
    );
    expect(canonical(JSON.parse('{"__proto__":1,"":"\\ud800"}'))).toBe('{"":"\\ud800","__proto__":1}');
  });

  test('has a hash that other tools have of the same bytes', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
