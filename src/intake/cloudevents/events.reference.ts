import { z } from 'zod';
import { INTAKE_TYPES, type IntakeType } from './event-types.js';
import { exampleOf } from './examples.js';

/** JSON Schema (2020-12) of the `data` of a type, as it may be sent. */
export const schemaOf = ({ type, says, data }: IntakeType): Readonly<Record<string, unknown>> => {
  const { $schema, ...schema } = z.toJSONSchema(data, {
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      const { def } = zodSchema._zod;
      // A guard before the schema proper, which JSON Schema has no need of.
      if (def.type !== 'pipe' || def.in._zod.def.type !== 'unknown') return;
      const { $schema: _schema, ...inner } = z.toJSONSchema(def.out, { io: 'input' });
      Object.assign(jsonSchema, inner);
    },
  });
  return { $schema, $id: `urn:hopledger:event:${type}`, title: type, description: says, ...schema };
};

export const schemaFile = ({ type }: Pick<IntakeType, 'type'>): string => `${type}.schema.json`;

/** docs/reference/events.md */
const page = (): string => {
  const lines = [
    '# Events that come in',
    '',
    'Written by `npm run generate` from `src/intake/cloudevents`. Do not edit.',
    '',
    '`POST /v1/events` takes CloudEvents 1.0 in the structured, binary and batch modes (role `recorder`). `source` and `id`',
    'together make an event one: sent again it is `repeated`, with another content it is an IDEMPOTENCY_CONFLICT. `time` is',
    'when it happened by the clock of the host; without it, the time of arrival is taken. `subject` may be left out; where it',
    'is given, it is the UUID of the VM. Extension attributes are checked and not kept. In `data`, what may be null may be',
    'left out: both mean that the sender does not know. A field that no schema names is refused.',
    '',
    '| type | what | data |',
    '| --- | --- | --- |',
    ...INTAKE_TYPES.map((one) => `| \`${one.type}\` | ${one.says} | [schema](events/${schemaFile(one)}) |`),
  ];
  for (const one of INTAKE_TYPES)
    lines.push(
      '',
      `## ${one.type}`,
      '',
      one.says,
      '',
      '```json',
      JSON.stringify(exampleOf(one), null, 2),
      '```',
    );
  return `${lines.join('\n')}\n`;
};

/** The pages of the reference, by their path below docs/reference. */
export const renderEventsReference = (): ReadonlyMap<string, string> =>
  new Map([
    ['events.md', page()],
    ...INTAKE_TYPES.map((one): [string, string] => [
      `events/${schemaFile(one)}`,
      `${JSON.stringify(schemaOf(one), null, 2)}\n`,
    ]),
  ]);
