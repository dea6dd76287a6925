import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonMembers } from './json-members.js';

describe('jsonMembers', () => {
  it('finds keys and values where they stand, those of inner objects left out', () => {
    const text =
      '{ "driver":"e1000e", "a\\"b" : {"x":[1,{"y":2}],"z":"},"} ,"wwn":5764607523034234881,"on":true }';
    expect(
      jsonMembers(text).map(({ key, start, end, value }) => [
        key,
        text.slice(value.start, value.end),
        text.slice(start, start + 2),
        end === value.end,
      ]),
    ).toEqual([
      ['driver', '"e1000e"', '"d', true],
      ['a"b', '{"x":[1,{"y":2}],"z":"},"}', '"a', true],
      ['wwn', '5764607523034234881', '"w', true],
      ['on', 'true', '"o', true],
    ]);
  });

  it('reads in every object what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(2), (object, indent) => {
        const text = JSON.stringify(object, null, indent);
        expect(
          jsonMembers(text).map(({ key, value }) => [
            key,
            JSON.parse(text.slice(value.start, value.end)) as unknown,
          ]),
        ).toEqual(Object.entries(JSON.parse(text) as object));
      }),
    );
  });

  it.each(['', '{}', '[{"a":1}]', '"{}"', "{'a':1}", '{"a":1', 'null'])('finds none in %j', (text) => {
    expect(jsonMembers(text)).toEqual([]);
  });
});
