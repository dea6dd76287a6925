import { Ajv, type ValidateFunction } from 'ajv';
import { find, text, type Thing } from './deploy-files.js';

// Of a source that gives a member two types, or requires what it names elsewhere; unknown keywords stay errors.
const ajv = new Ajv({ allErrors: true, strictTypes: false });
const read = (name: string): object => JSON.parse(text(`test/fixtures/deploy/${name}.schema.json`)) as object;
const compose = ajv.compile(read('compose'));
ajv.addSchema(read('kubernetes-1.30'), 'kubernetes');

/** What is wrong with a document, each as `path: what`; empty when nothing is. */
export type Check = (thing: Thing) => readonly string[];

const faults = (validate: ValidateFunction, thing: Thing): readonly string[] =>
  validate(thing)
    ? []
    : (validate.errors ?? []).map(
        ({ instancePath, message = '', params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
      );

export const composeFaults: Check = (thing) => faults(compose, thing);

/** Of a manifest whose kind and version `test/fixtures/deploy` has; of another it says that there is no schema. */
export const manifestFaults: Check = (manifest) => {
  const [version = '', group = 'core'] = String(find(manifest, 'apiVersion')).split('/').toReversed();
  const kind = `${group.replace(/\..*/, '')}.${version}.${String(find(manifest, 'kind'))}`;
  const validate = ajv.getSchema(`kubernetes#/definitions/${kind}`);
  return validate === undefined ? [`no schema for ${kind}`] : faults(validate, manifest);
};

/**
 * Gives each member in turn a name that none has, and answers where that went unnoticed: the fields whose objects have such
 * members. They should be those that leave names to the author.
 */
export function namedAtWill(check: Check, thing: Thing): readonly string[] {
  const copy = structuredClone(thing);
  const found = new Set<string>();
  const visit = (inner: unknown, field: string): void => {
    if (typeof inner !== 'object' || inner === null) return;
    for (const [name, value] of Object.entries(inner)) {
      visit(value, Array.isArray(inner) ? field : name);
      if (Array.isArray(inner)) continue;
      Reflect.deleteProperty(inner, name);
      Reflect.set(inner, `${name}-x`, value);
      if (check(copy).length === 0) found.add(field);
      Reflect.deleteProperty(inner, `${name}-x`);
      Reflect.set(inner, name, value);
    }
  };
  visit(copy, '');
  return [...found].toSorted();
}
