import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import type { Catalogue } from '../domain/catalogue/catalogue.js';
import { parseMachineType } from '../domain/qemu/machine-type.js';
import { behaviourSchema, toBehaviour } from './behaviour-schema.js';
import { CatalogueError, type CatalogueFault } from './catalogue-error.js';
import { catalogueFiles } from './catalogue-files.js';
import {
  machineTypesSchema,
  pinsSchema,
  releasesSchema,
  toMachineTypes,
  toPins,
  toReleases,
} from './fact-schemas.js';
import { revisionOf } from './revision.js';
import { parseWith } from './schema-words.js';
import { coverageFaults } from './totality.js';
import { readSource, type FieldPath, type Source } from './source.js';

/** The catalogue that hopledger comes with. Lies beside this file in src and, copied there by the build, in dist. */
export const BUNDLED_CATALOGUE: string = fileURLToPath(new URL('./data', import.meta.url));

/** Something read from a file, with the way to point back at it. */
interface Sourced<T> {
  readonly value: T;
  readonly source: Source;
  readonly path: FieldPath;
}

/**
 * Reads and checks a catalogue.
 * @param directories one, or several that add to each other: the bundled one and an operator's own behaviours
 * @throws CatalogueError with every fault of every file
 */
export const loadCatalogue = (directories: string | readonly string[] = BUNDLED_CATALOGUE): Catalogue => {
  const faults: CatalogueFault[] = [];
  const listed = (typeof directories === 'string' ? [directories] : directories).map(catalogueFiles);
  faults.push(...listed.flatMap((files) => files.faults));

  const read = <T>(files: readonly string[], schema: z.ZodType<T>): readonly Sourced<T>[] =>
    files.flatMap((file) => {
      const source = readSource(file);
      if (!('content' in source)) {
        faults.push(...source);
        return [];
      }
      const parsed = parseWith(schema, source.content);
      if (parsed.ok) return { value: parsed.value, source, path: [] };
      faults.push(...parsed.faults.map(({ path, message }) => source.fault(path, message)));
      return [];
    });

  const releases = rows(
    read(
      listed.flatMap((files) => files.releases),
      releasesSchema,
    ),
    'releases',
    toReleases,
  );
  const types = rows(
    read(
      listed.flatMap((files) => files.machineTypes),
      machineTypesSchema,
    ),
    'machineTypes',
    toMachineTypes,
  );
  const pins = read(
    listed.flatMap((files) => files.pins),
    pinsSchema,
  ).flatMap(({ value }) => toPins(value));
  const behaviours = read(
    listed.flatMap((files) => files.behaviours),
    behaviourSchema,
  ).map(({ value, ...at }) => ({
    ...at,
    value: toBehaviour(value),
  }));

  const known = {
    releases: releases.map(({ value }) => value.version),
    machineVersions: new Set(types.flatMap(({ value }) => parseMachineType(value.name).version ?? [])),
  };
  for (const { value, source } of behaviours) {
    if (`${value.id}.yaml` !== basename(source.file))
      faults.push(source.fault(['id'], 'must be the name of the file'));
    faults.push(...coverageFaults(value, known).map(({ path, message }) => source.fault(path, message)));
  }
  faults.push(
    ...duplicates(behaviours, 'id', ({ id }) => id),
    ...duplicates(types, 'name', ({ name }) => name),
    ...duplicates(releases, 'version', ({ version }) => version),
  );
  if (faults.length > 0) throw new CatalogueError(faults);

  const content = {
    behaviours: behaviours.map(({ value }) => value).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    machineTypes: new Map(types.map(({ value }) => [value.name, value])),
    pins,
    releases: releases.map(({ value }) => value),
  };
  return { ...content, revision: revisionOf(content) };
};

/** Each entry of a list that a file holds, with its place. */
const rows = <F, T>(
  files: readonly Sourced<F>[],
  key: string,
  entriesOf: (file: F) => readonly T[],
): readonly Sourced<T>[] =>
  files.flatMap(({ value, source }) =>
    entriesOf(value).map((entry, i) => ({ value: entry, source, path: [key, i] })),
  );

/** The second of two with the same name, wherever the first is: an extra directory adds, it does not replace. */
const duplicates = <T>(
  entries: readonly Sourced<T>[],
  field: string,
  nameOf: (entry: T) => string,
): readonly CatalogueFault[] => {
  const first = new Map<string, string>();
  return entries.flatMap(({ value, source, path }) => {
    const name = nameOf(value);
    const before = first.get(name);
    first.set(name, before ?? source.file);
    return before === undefined ? [] : source.fault([...path, field], `${name} is in ${before} already`);
  });
};
