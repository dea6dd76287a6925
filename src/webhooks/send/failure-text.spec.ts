import { expect, test } from '@jest/globals';
import { settledSchema } from '../journal-events.js';
import { textOfFailure } from './failure-text.js';

test.each([
  ['an error without a text', new Error('')],
  ['an error of blanks and lines', new Error(' \r\n\u0085\u2028 ')],
  ['a text of several lines', new Error('not sent:\n  "x"\u0000')],
  ['a long text', new Error('x'.repeat(2_000))],
  ['several errors, the first of them empty', new AggregateError([new Error('')])],
  ['no error at all', undefined],
])('the text of %s can be put on record', (_what, error) => {
  const text = textOfFailure(error);
  expect(settledSchema.shape.error.safeParse(text).success).toBe(true);
  expect(text).not.toBeNull();
});
