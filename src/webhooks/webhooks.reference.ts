import { z } from 'zod';
import { BODIES, envelopeOf, schemaId } from './body-schemas.js';
import { MAX_BODY_BYTES, type MessageType } from './message.js';

type Issued = keyof typeof BODIES;
export const ISSUED_TYPES = Object.keys(BODIES) as readonly Issued[];

/** JSON Schema (2020-12) of the whole body. It allows what a later release may add. */
export const webhookSchema = (type: Issued): Readonly<Record<string, unknown>> => {
  const { says, data } = BODIES[type];
  const { $schema, ...schema } = z.toJSONSchema(envelopeOf(type, data), {
    override({ jsonSchema }) {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return { $schema, $id: schemaId(type satisfies MessageType), title: type, description: says, ...schema };
};

const schemaFile = (type: Issued): string => `${type}.schema.json`;

/** docs/reference/webhooks.md */
const page = (): string =>
  [
    '# Webhooks that go out',
    '',
    'Written by `npm run generate` from `src/webhooks/body-schemas.ts`. Do not edit.',
    '',
    'Each message is a CloudEvent 1.0 in the structured mode (`content-type: application/cloudevents+json`), signed by',
    'Standard Webhooks 1.0 over `webhook-id`, `webhook-timestamp` and the body as sent. `webhook-id` is the `id` of the event:',
    'it is derived from the event of the ledger that gave rise to it, so it is the same however often the message comes.',
    'A receiver should drop what it has seen, and hold `data.position` against the last one of the same VM where order matters.',
    '',
    `A body has at most ${MAX_BODY_BYTES} bytes. In one that would be longer, lists that are too long are \`null\`, never a part: an`,
    'empty list means none, `null` means ask. Only `why` and `drifts` keep their first entries. A text that is too long ends in',
    '`…`, save in overrides, which are whole or `null` in every form. `data.truncated` says which, and how long they were; all of',
    'it is in GraphQL, at `data.position`.',
    'The schemas name every field of this release; a later one may add some.',
    '',
    '| type | when | body |',
    '| --- | --- | --- |',
    ...ISSUED_TYPES.map(
      (type) => `| \`${type}\` | ${BODIES[type].says} | [schema](webhooks/${schemaFile(type)}) |`,
    ),
    '| `endpoint.test` | A test delivery was asked for. | `data` has the endpoint and the position |',
    '',
    'A taint, a drift or an override is told of once, by the event that brought it about, also when that event is a late',
    'report of a host, a correction or a retraction. A VM of which nothing says for a moment where it is, as between the',
    'reports of the two ends of a hop, is neither cleared nor tainted anew. What a new catalogue finds out about VMs that are',
    'there already is in `catalogue.revised`, as counts by behaviour; the list is in GraphQL.',
    '',
  ].join('\n');

/** The pages of the reference, by their path below docs/reference. */
export const renderWebhooksReference = (): ReadonlyMap<string, string> =>
  new Map([
    ['webhooks.md', page()],
    ...ISSUED_TYPES.map((type): [string, string] => [
      `webhooks/${schemaFile(type)}`,
      `${JSON.stringify(webhookSchema(type), null, 2)}\n`,
    ]),
  ]);
