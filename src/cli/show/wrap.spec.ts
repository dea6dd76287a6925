import { expect, test } from '@jest/globals';
import { wrap } from './wrap.js';

test('text is broken between words, and further lines are indented', () => {
  expect(wrap('one two three four', 11, { first: '- ', indent: '  ' })).toEqual([
    '- one two',
    '  three',
    '  four',
  ]);
});

test('a word longer than the line has a line of its own, whole', () => {
  expect(wrap('a abcdefghijkl b', 6)).toEqual(['a', 'abcdefghijkl', 'b']);
});

test('nothing is one empty line, and without a limit there is one line', () => {
  expect(wrap('', 10)).toEqual(['']);
  expect(wrap('a  b\nc', Infinity)).toEqual(['a b c']);
});
