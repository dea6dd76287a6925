import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { redactOptions } from './option-secrets.js';

/** How many characters were searched backwards, all searches taken together. */
const searchedBackwards = (work: () => void): number => {
  const search = jest.spyOn(String.prototype, 'lastIndexOf');
  work();
  return search.mock.contexts.reduce<number>((sum, text) => sum + String(text).length, 0);
};

describe('redactOptions', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('looks at each character of many URLs once, not at the whole text for each URL', () => {
    const url = 'rbd://h,';
    const text = url.repeat(25_000);
    let clean = '';
    expect(searchedBackwards(() => (clean = redactOptions(text)))).toBeLessThanOrEqual(text.length);
    expect(clean).toBe(text);
  });

  it('takes the credentials out of every URL, and no farther than its own @', () => {
    expect(redactOptions('a://u:p@q@h/x,b://h,c@d,e://v@i')).toBe(
      'a://[redacted]@h/x,b://h,c@d,e://[redacted]@i',
    );
  });
});
