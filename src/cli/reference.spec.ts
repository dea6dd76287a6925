import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { renderCliReference } from './reference.js';

test('docs/reference/cli.md says what the commands say', () => {
  const page = readFileSync(new URL('../../docs/reference/cli.md', import.meta.url), 'utf8');
  expect(page).toBe(renderCliReference());
});
