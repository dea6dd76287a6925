import { describe, expect, it } from '@jest/globals';
import { withoutSecrets } from './without-secrets.js';

describe('withoutSecrets', () => {
  it.each<[string, unknown, unknown]>([
    [
      'properties by name',
      { properties: { osk: 'S', mac: 'a' } },
      { properties: { osk: '[redacted]', mac: 'a' } },
    ],
    [
      'a list of properties',
      [
        { name: 'key-secret', value: 'S' },
        { name: 'mac', value: 'a' },
      ],
      [
        { name: 'key-secret', value: '[redacted]' },
        { name: 'mac', value: 'a' },
      ],
    ],
    [
      'a global or an override',
      { driver: 'isa-applesmc', property: 'osk', value: 'S' },
      { driver: 'isa-applesmc', property: 'osk', value: '[redacted]' },
    ],
    [
      'an observation, as GraphQL has it',
      { kind: 'PROPERTY', observed: 'password', value: 'S' },
      { kind: 'PROPERTY', observed: 'password', value: '[redacted]' },
    ],
    [
      'an observation, as an event',
      { name: 'vm1', what: { kind: 'property', name: 'password' }, value: 'S' },
      { name: 'vm1', what: { kind: 'property', name: 'password' }, value: '[redacted]' },
    ],
    [
      'what a correction puts in, at any depth',
      { replacement: { configuration: { devices: [{ properties: { token: 'S' } }] } } },
      { replacement: { configuration: { devices: [{ properties: { token: '[redacted]' } }] } } },
    ],
  ])('takes it out of %s', (_where, reported, stored) => {
    expect(withoutSecrets(reported)).toEqual(stored);
    expect(withoutSecrets(stored)).toEqual(stored);
  });

  it('does not take the name of a VM for that of a property', () => {
    const observed = { name: 'secret-vm', what: { kind: 'property', name: 'x-a' }, value: 'on' };
    expect(withoutSecrets(observed)).toEqual(observed);
  });

  it('keeps a key that would be a prototype, for the check that refuses it', () => {
    const stored = withoutSecrets(JSON.parse('{"__proto__":{"a":1}}'));
    expect(Object.keys(stored as object)).toEqual(['__proto__']);
  });

  it.each([null, 7, true, 'osk', undefined])('leaves %p as it is', (value) => {
    expect(withoutSecrets(value)).toBe(value);
  });
});
