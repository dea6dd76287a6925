import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { renderWebhooksReference } from './webhooks.reference.js';

const reference = new URL('../../docs/reference/', import.meta.url);

test('docs/reference/webhooks says what the schemas say', () => {
  const pages = renderWebhooksReference();
  for (const [path, text] of pages)
    expect([path, readFileSync(new URL(path, reference), 'utf8')]).toEqual([path, text]);
  const files = readdirSync(new URL('webhooks/', reference)).map((file) => `webhooks/${file}`);
  expect(files.toSorted()).toEqual([...pages.keys()].filter((path) => path !== 'webhooks.md').toSorted());
});
