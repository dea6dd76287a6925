import { describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { behaviourSchema, commit, evidence } from './behaviour-schema.js';
import { machineTypesSchema, pinsSchema, releasesSchema, vendorMachineTypesSchema } from './fact-schemas.js';
import { deviceTypesSchema, knobsSchema } from './device-type-schemas.js';
import { condition } from './condition-schema.js';
import { BUNDLED_CATALOGUE, loadCatalogue } from './load.js';
import { machineVersions, releasePart } from './range-schema.js';

const reference = readFileSync('docs/reference/catalogue.md', 'utf8');

/** Documented once, under a heading of their own. */
const SHARED: readonly z.core.$ZodType[] = [releasePart, machineVersions, condition, evidence, commit];

/** Every key of a schema with the keys above it, and whether a file must have it. */
const keysOf = (schema: z.core.$ZodType, above = ''): readonly (readonly [string, boolean])[] => {
  if (schema instanceof z.ZodOptional) return keysOf(schema.unwrap(), above);
  if (schema instanceof z.ZodArray) return keysOf(schema.element, `${above}[]`);
  if (above !== '' && SHARED.includes(schema)) return [];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysOf(option, above));
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries<z.core.$ZodType>(schema.shape).flatMap(([key, field]) => {
    const path = above === '' ? key : `${above}.${key}`;
    return [[path, !(field instanceof z.ZodOptional)] as const, ...keysOf(field, path)];
  });
};

/** First and second column of the tables under a heading, down to the next one. */
const documented = (heading: string): readonly (readonly [string, boolean])[] => {
  const section = reference.split(/^(?=##+ )/m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)` *\| *([a-z` ]*?) *\|/gm)].map(([, key = '', need]) => [
    key,
    need === 'required',
  ]);
};

describe('docs/reference/catalogue.md', () => {
  it.each<[string, z.core.$ZodType]>([
    ['## Behaviours', behaviourSchema],
    ['### Release ranges', releasePart],
    ['### Machine versions', machineVersions],
    ['### Conditions', condition],
    ['### Evidence', evidence],
    ['### Commits', commit],
    ['## Releases', releasesSchema],
    ['## Machine types', machineTypesSchema],
    ['## Machine types of distributions', vendorMachineTypesSchema],
    ['## Pins', pinsSchema],
    ['## Device types', deviceTypesSchema],
    ['## Knobs', knobsSchema],
  ])('%s has every key of the schema, and no other', (heading, schema) => {
    const keys = keysOf(schema);
    expect(keys.length).toBeGreaterThan(1);
    expect(documented(heading)).toEqual(keys);
  });

  it('has an example that loads', () => {
    const example = /^```yaml\n([^]*?)^```$/m.exec(reference)?.[1] ?? '';
    const id = /^id: (.*)$/m.exec(example)?.[1] ?? '';
    const directory = mkdtempSync(join(tmpdir(), 'catalogue-'));
    mkdirSync(join(directory, 'behaviours'));
    writeFileSync(join(directory, 'behaviours', 'example.yaml'), example.replace(`id: ${id}`, 'id: example'));
    const { behaviours } = loadCatalogue([BUNDLED_CATALOGUE, directory]);
    rmSync(directory, { recursive: true });
    expect(behaviours.find((behaviour) => behaviour.id === 'example')?.rules).toHaveLength(4);
    expect(reference).toContain(`\`behaviours/${id}.yaml\`:`);
  });
});
