import { expect, test } from '@jest/globals';
import { derivedKey } from './idempotency-key.js';

test('the same report has the same key, whatever the order of its fields', () => {
  const key = derivedKey('recordLaunch', {
    uuid: 'u',
    host: 'h',
    build: { version: '8.0.0', package: null },
  });
  expect(
    derivedKey('recordLaunch', { build: { package: null, version: '8.0.0' }, host: 'h', uuid: 'u' }),
  ).toBe(key);
  expect(key).toMatch(/^cli-[0-9a-f]{32}$/);
});

test('another report, kind or order of a list has another key', () => {
  const keys = [
    derivedKey('recordLaunch', { builds: ['a', 'b'] }),
    derivedKey('recordLaunch', { builds: ['b', 'a'] }),
    derivedKey('recordAdoption', { builds: ['a', 'b'] }),
  ];
  expect(new Set(keys).size).toBe(3);
});
