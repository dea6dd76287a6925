import { describe, expect, it } from '@jest/globals';
import { text } from './deploy-files.js';

const GUIDE = text('docs/guides/scale-out.md');
const [, table = ''] = /\| what fails([^]*?)\n\n/.exec(GUIDE) ?? [];
const rows = table
  .split('\n')
  .slice(2)
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

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
          expect(text(file)).toContain(sentence);
    },
  );
});
