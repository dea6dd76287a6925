import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { OpsController } from '../../src/runtime/ops.controller.js';
import { eachSetting } from '../../src/runtime/config.settings.js';

const at = (path: string): URL => new URL(`../../${path}`, import.meta.url);

export const text = (path: string): string => readFileSync(at(path), 'utf8');

/** The documents of a YAML file, as JSON; warnings count as errors. */
export const yaml = (path: string): Thing[] => documents(text(path));

export function documents(source: string): Thing[] {
  return parseAllDocuments(source, { merge: true }).map((document) => {
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) throw fault;
    return document.toJS() as Thing;
  });
}

/** Of which the test asks what it needs. */
export interface Thing {
  readonly [member: string]: Thing | readonly Thing[] | string | number | boolean | undefined;
}

/** What is at a path of members, `a.b.0.c`; undefined where there is none. */
export function find(thing: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, member) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    return Reflect.get(inner, member) as unknown;
  }, thing);
}

export const list = (thing: unknown, path: string): readonly Thing[] => {
  const found = find(thing, path);
  return Array.isArray(found) ? (found as Thing[]) : [];
};

/** A list of texts. */
export const words = (thing: unknown, path: string): readonly string[] =>
  list(thing, path).map((word) => JSON.stringify(word).replace(/^"(.*)"$/, '$1'));

export const word = (thing: unknown, path: string): string => {
  const found = find(thing, path);
  return typeof found === 'string' ? found : JSON.stringify(found);
};

export const members = (thing: unknown, path: string): string[] => {
  const found = find(thing, path);
  return typeof found === 'object' && found !== null ? Object.keys(found) : [];
};

/** Paths that the server has for probes. */
export const PROBED: readonly string[] = (['live', 'ready'] as const).map(
  (method) =>
    `/${String(Reflect.getMetadata('path', Reflect.get(OpsController.prototype, method) as object))}`,
);

/** Variables that the server takes. */
export const VARIABLES: readonly string[] = [
  ...eachSetting().map(({ variable }) => variable),
  'HOPLEDGER_CONFIG',
];

/** A tag that says which version, down to the patch, or a digest. */
export const PINNED = /^[^\s:@]+(\.[^\s:@/]+)*(\/[^\s:@]+)*(:v?\d+\.\d+\.\d+[\w.-]*|@sha256:[0-9a-f]{64})$/;
