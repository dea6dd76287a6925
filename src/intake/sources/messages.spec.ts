import { describe, expect, it } from '@jest/globals';
import { messagesOf } from './messages.js';

const faultsOf = (body: string, contentType: string): readonly (string | undefined)[] =>
  messagesOf(body, contentType, 10).map(({ fault }) => fault?.message);

describe('a message that cannot be read', () => {
  it.each([
    ['JSON', '{"password": hunter2}', 'application/json', /^no JSON( at position \d+)?$/],
    ['JSON that breaks off', '{"password": "hunter2', 'application/json', /^no JSON at position 21$/],
    ['a line', '{"a": 1}\n{"password": hunter2}', 'application/x-ndjson', /^no JSON( at position \d+)?$/],
    ['YAML', 'password: "hunter2', 'application/yaml', /^no YAML at position 18: MISSING_CHAR$/],
  ])('is told by the place of its fault, and not quoted: %s', (_what, body, contentType, told) => {
    expect(faultsOf(body, contentType).at(-1)).toMatch(told);
  });
});
