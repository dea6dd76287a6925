import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Override } from '../../domain/qemu/override.js';
import { changeDeviceOption, type PropertyChanges } from './device-option.js';
import { readQemuArguments } from './qemu-arguments.js';

const set = (
  property: string,
  value: string,
  libvirtType: Override['libvirtType'] = 'bool',
): PropertyChanges =>
  new Map([[property, { alias: 'raw0', qomType: 'e1000e', property, value, libvirtType }]]);
const gone = (...properties: readonly string[]): PropertyChanges =>
  new Map(properties.map((property) => [property, null]));

describe('a -device with properties changed', () => {
  it.each<[string, PropertyChanges, string]>([
    ['e1000e,id=raw0', set('x-a', 'on'), 'e1000e,id=raw0,x-a=on'],
    ['e1000e,x-a=off,id=raw0', set('x-a', 'true'), 'e1000e,x-a=on,id=raw0'],
    ['e1000e,x-a=off,x-a=on', set('x-a', 'off'), 'e1000e,x-a=off,x-a=off'],
    ['e1000e,x-a', set('x-a', 'off'), 'e1000e,x-a=off'],
    ['e1000e,p=a,,x-a=1', set('x-a', '0x400', 'unsigned'), 'e1000e,p=a,,x-a=1,x-a=1024'],
    ['e1000e', set('name', 'a,b', 'string'), 'e1000e,name=a,,b'],
    ['e1000e,x-a=off,id=raw0', gone('x-a'), 'e1000e,id=raw0'],
    ['e1000e,x-a,x-b=1,,2,x-a=on', gone('x-a', 'x-b'), 'e1000e'],
    ['e1000e,id=raw0', gone('x-a', '1000e'), 'e1000e,id=raw0'],
  ])('%s', (argument, changes, changed) => {
    expect(changeDeviceOption(argument, changes)).toBe(changed);
    expect(changeDeviceOption(changed, changes)).toBe(changed);
  });

  it.each<[string, PropertyChanges, string]>([
    ['{"driver":"e1000e"}', set('x-a', 'on'), '{"driver":"e1000e","x-a":true}'],
    ['{ "x-a" : false , "driver":"e1000e" }', set('x-a', 'on'), '{ "x-a" : true , "driver":"e1000e" }'],
    ['{"driver":"e","wwn":5764607523034234881 }', set('n', '7', 'unsigned'), '{"driver":"e","wwn":5764607523034234881,"n":7 }'],
    ['{"driver":"e"}', set('n', '-0x10', 'signed'), '{"driver":"e","n":-16}'],
    ['{"driver":"e"}', set('s', 'a"b', 'string'), '{"driver":"e","s":"a\\"b"}'],
    ['{"driver":"e","x-a":true,"x-b":{"x-a":1}}', gone('x-a'), '{"driver":"e","x-b":{"x-a":1}}'],
    ['{"x-a":1,"driver":"e","x-b":[1,2]}', gone('x-a', 'x-b'), '{"driver":"e"}'],
    ['{"driver":"e"}', gone('x-a'), '{"driver":"e"}'],
  ])('%s, in JSON with its own types and numbers to the last digit', (argument, changes, changed) => {
    expect(changeDeviceOption(argument, changes)).toBe(changed);
    expect(changeDeviceOption(changed, changes)).toBe(changed);
  }); // prettier-ignore

  it('is read back as changed, and otherwise as before', () => {
    const name = fc.constantFrom('x-a', 'x-b', 'x-c', 'mac');
    const given = fc.array(
      fc.tuple(name, fc.string({ unit: fc.constantFrom(',', '=', 'a', '.'), maxLength: 5 })),
    );
    const optionsOf = (argument: string): Readonly<Record<string, string>> => {
      const [read] = readQemuArguments(['-device', argument]);
      return read?.kind === 'device' ? read.options : {};
    };
    fc.assert(
      fc.property(
        given,
        name,
        fc.boolean(),
        fc.option(fc.constantFrom('1', 'a,b')),
        (pairs, property, json, value) => {
          const argument = json
            ? JSON.stringify({ driver: 'e', ...Object.fromEntries(pairs) })
            : ['e', ...pairs.map(([key, text]) => `${key}=${text.replaceAll(',', ',,')}`)].join(',');
          const changes = value === null ? gone(property) : set(property, value, 'string');
          const { [property]: now, ...others } = optionsOf(changeDeviceOption(argument, changes));
          const { [property]: _before, ...kept } = optionsOf(argument);
          expect(others).toEqual(kept);
          expect(now ?? null).toBe(value);
        },
      ),
    );
  });
});
