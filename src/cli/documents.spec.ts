import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, Kind, OperationTypeNode, parse, validate } from 'graphql';
import { MUTATIONS, mutationDocument, type Mutation } from './record/mutations.js';
import { VM_PAGE } from './vm/vm-page.js';
import { WEBHOOK_MUTATIONS, webhookMutation } from './webhook/documents.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const faults = (document: string): readonly string[] =>
  validate(schema, parse(document)).map(({ message }) => message);

/** Every literal that is marked as GraphQL, in any file here. */
const documents = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
  .flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/\/\* GraphQL \*\/ `([^`]*)`/g)].map(
      ([, document = ''], at) =>
        [`${name}, number ${at + 1}`, document.replaceAll('${VM_PAGE}', VM_PAGE)] as const,
    ),
  );

describe('the queries of the command line fit schema.graphql', () => {
  test('all are found', () => {
    expect(documents.length).toBeGreaterThan(15);
  });
  test.each(documents)('%s', (_name, document) => {
    expect(faults(document)).toEqual([]);
  });
  test.each(Object.keys(MUTATIONS) as Mutation[])('%s', (mutation) => {
    expect(faults(mutationDocument(mutation))).toEqual([]);
  });
  test.each(WEBHOOK_MUTATIONS)('%s', (mutation) => {
    expect(faults(webhookMutation(mutation))).toEqual([]);
  });
  test('every mutation of the schema has a command', () => {
    const fields = Object.keys(schema.getMutationType()?.getFields() ?? {});
    const sent = documents.flatMap(([, document]) =>
      parse(document).definitions.flatMap((definition) =>
        definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION
          ? definition.selectionSet.selections.map((field) =>
              field.kind === Kind.FIELD ? field.name.value : '',
            )
          : [],
      ),
    );
    expect([...Object.keys(MUTATIONS), ...WEBHOOK_MUTATIONS, ...sent].sort()).toEqual(fields.sort());
  });
});
