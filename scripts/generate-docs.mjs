/** Writes the reference pages that come from tables in the code. Needs `npm run build`; specs hold the pages current. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { renderCliReference } from '../dist/cli/reference.js';
import { renderErrorReference } from '../dist/errors.reference.js';
import { renderEventsReference } from '../dist/intake/cloudevents/events.reference.js';
import { renderWebhooksReference } from '../dist/webhooks/webhooks.reference.js';
import { renderConfigurationReference } from '../dist/runtime/config.reference.js';

mkdirSync('docs/reference/events', { recursive: true });
mkdirSync('docs/reference/webhooks', { recursive: true });
writeFileSync('docs/reference/errors.md', renderErrorReference());
writeFileSync('docs/reference/configuration.md', renderConfigurationReference());
writeFileSync('docs/reference/cli.md', renderCliReference());
for (const [path, text] of [...renderEventsReference(), ...renderWebhooksReference()])
  writeFileSync(`docs/reference/${path}`, text);
