import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from '@jest/globals';
import Ajv2020Module from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { readJsonEvent } from './envelope.js';
import { INTAKE_TYPES } from './event-types.js';
import { exampleOf } from './examples.js';
import { renderEventsReference, schemaOf } from './events.reference.js';
import { understand } from './read-event.js';

// Both are CommonJS modules: the class and the function are a default in them.
const ajv = new Ajv2020Module.default({ strict: true, allErrors: true });
addFormatsModule.default(ajv);

const reference = new URL('../../../docs/reference/', import.meta.url);

test('docs/reference/events says what the schemas say', () => {
  const pages = renderEventsReference();
  for (const [path, text] of pages)
    expect([path, readFileSync(new URL(path, reference), 'utf8')]).toEqual([path, text]);
  const files = readdirSync(new URL('events/', reference)).map((file) => `events/${file}`);
  expect(files.toSorted()).toEqual([...pages.keys()].filter((path) => path !== 'events.md').toSorted());
});

describe.each(INTAKE_TYPES.map((one) => [one.type, one] as const))('%s', (_type, one) => {
  const validate = ajv.compile(schemaOf(one));
  const example = exampleOf(one);
  const data = example['data'] as Readonly<Record<string, unknown>>;

  it('has an example that its schema and the reader take', () => {
    validate(data);
    expect(validate.errors).toBeNull();
    expect(understand(readJsonEvent(example)).reading.kind).toBe(one.event === null ? 'host' : 'keyed');
  });

  it('is refused by both without its host, and with a field that nobody knows', () => {
    const { host: _host, ...hostless } = data;
    for (const wrong of [hostless, { ...data, surprise: 1 }, { ...data, host: 'no host!' }]) {
      expect(validate(wrong)).toBe(false);
      expect(() => understand(readJsonEvent({ ...example, data: wrong }))).toThrow();
    }
  });

  it('takes null for what may be left out', () => {
    const schema = schemaOf(one) as { properties: Record<string, unknown>; required: readonly string[] };
    const rest = Object.keys(schema.properties).filter((name) => !schema.required.includes(name));
    const nulls = { ...data, ...Object.fromEntries(rest.map((name) => [name, null])) };
    expect(validate(nulls)).toBe(true);
    const { reading } = understand(readJsonEvent({ ...example, data: nulls }));
    expect(reading.kind).not.toBe('ignored');
  });
});

/** What a release recorded, as its hosts could have sent it. */
const recorded = readFileSync(new URL('../../../test/golden/events-v1.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { stream: string; type: string; data: Record<string, unknown> })
  .filter(({ stream }) => stream.startsWith('vm-'));

test('events on record fit the schemas', () => {
  const checked = new Set<string>();
  for (const { stream, type, data } of recorded) {
    const one = INTAKE_TYPES.find(({ event }) => event === type);
    if (one === undefined) continue;
    const validate = ajv.getSchema(String(schemaOf(one)['$id'])) ?? ajv.compile(schemaOf(one));
    expect(validate({ uuid: stream.slice('vm-'.length), ...data })).toBe(true);
    expect([type, validate.errors]).toEqual([type, null]);
    checked.add(type);
  }
  expect(checked.size).toBeGreaterThan(10);
});
