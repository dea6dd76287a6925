import { describe, expect, it } from '@jest/globals';
import { text } from './deploy-files.js';

const GUIDE = text('docs/guides/scale-out.md');
const [, table = ''] = /\| what fails([^]*?)\n\n/.exec(GUIDE) ?? [];
const rows = table
  .split('\n')
  .slice(2)
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

/** What the calls of `it`, `test` and `describe` in a file say, as it is written there. */
const titles = (source: string): readonly string[] =>
  [...source.matchAll(/\b(?:it|test|describe)\w*(?:\.\w+)*(?:\([^']*?\))?\(\s*(['"`])([^]*?)\1,/g)].map(
    ([, , title = '']) => title,
  );

/** `%s` stands for what a row of a table says, which is a text in that file. */
const isTitle = (sentence: string, source: string): boolean =>
  titles(source).some((title) => {
    const [before = '', after] = title.split('%s');
    if (after === undefined) return title.includes(sentence);
    const row = sentence.slice(before.length, sentence.length - after.length);
    return sentence === before + row + after && row !== '' && source.includes(`['${row}'`);
  });

describe('the table of failures in docs/guides/scale-out.md', () => {
  it('has the failures that matter', () => {
    const failures = rows.map(([, failure]) => failure).join('\n');
    for (const failure of [
      'client dies',
      'replica dies',
      'node dies',
      'leader changes',
      'network splits',
      'disk is full',
    ])
      expect(failures).toContain(failure);
  });

  it.each(rows.map(([, failure = '', , evidence = '']) => [failure, evidence]))(
    '%s: names a test that there is, or says that there is none',
    (_, evidence) => {
      const named = [...evidence.matchAll(/`(test\/[\w./-]+)`: ([^`]+?)(?=; `|\. For |$)/g)];
      if (named.length === 0) expect(evidence).toMatch(/^none yet/);
      for (const [, file = '', sentences = ''] of named)
        for (const sentence of sentences.replace(/ \([\w -]+\)$/, '').split('; '))
          expect(isTitle(sentence, text(file)) ? '' : `${file}: ${sentence}`).toBe('');
    },
  );
});
