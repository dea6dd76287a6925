import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import type { Catalogue, MachineTypeEntry, VendorMachineType } from '../domain/catalogue/catalogue.js';
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
  toVendorMachineTypes,
  vendorMachineTypesSchema,
  type Placed,
} from './fact-schemas.js';
import {
  deviceTypesSchema,
  isProbedBuild,
  knobsSchema,
  toDeviceTypes,
  toKnobRanges,
} from './device-type-schemas.js';
import { revisionOf } from './revision.js';
import { parseWith } from './schema-words.js';
import { coverageFaults } from './totality.js';
import { readSource, type Source } from './source.js';

/** The catalogue that hopledger comes with. Lies beside this file in src and, copied there by the build, in dist. */
export const BUNDLED_CATALOGUE: string = fileURLToPath(new URL('./data', import.meta.url));

/** Something read from a file, with the way to point back at it. */
interface Sourced<T> extends Placed<T> {
  readonly source: Source;
}

/** Reads files of one kind; what is wrong with them is added to the faults. */
const readAll = <F, T>(
  files: readonly string[],
  schema: z.ZodType<F>,
  entriesOf: (file: F) => readonly Placed<T>[],
  faults: CatalogueFault[],
): readonly Sourced<T>[] =>
  files.flatMap((file) => {
    const source = readSource(file);
    if (!('content' in source)) {
      faults.push(...source);
      return [];
    }
    const parsed = parseWith(schema, source.content);
    if (parsed.ok) return entriesOf(parsed.value).map((entry) => ({ ...entry, source }));
    faults.push(...parsed.faults.map(({ path, message }) => source.fault(path, message)));
    return [];
  });

const values = <T>(entries: readonly Sourced<T>[]): readonly T[] => entries.map(({ value }) => value);

/**
 * Reads and checks a catalogue.
 * @param directories one, or several that add to each other: the bundled one and an operator's own behaviours
 * @throws CatalogueError with every fault of every file
 * @see docs/reference/catalogue.md for the form of the files
 */
export const loadCatalogue = (directories: string | readonly string[] = BUNDLED_CATALOGUE): Catalogue => {
  const files = catalogueFiles(typeof directories === 'string' ? [directories] : directories);
  const faults = [...files.faults];
  const releases = readAll(files.releases, releasesSchema, toReleases, faults);
  const machineTypes = readAll(files.machineTypes, machineTypesSchema, toMachineTypes, faults);
  const vendorMachineTypes = readAll(
    files.vendorMachineTypes,
    vendorMachineTypesSchema,
    toVendorMachineTypes,
    faults,
  );
  const pins = readAll(files.pins, pinsSchema, toPins, faults);
  const probed = readAll(files.deviceTypes, deviceTypesSchema, toDeviceTypes, faults);
  const knobRanges = readAll(files.knobs, knobsSchema, toKnobRanges, faults);
  const behaviours = readAll(
    files.behaviours,
    behaviourSchema,
    (file) => [{ path: [], value: toBehaviour(file) }],
    faults,
  );

  const known = {
    releases: values(releases).map(({ version }) => version),
    machineVersions: new Set(
      values(machineTypes).flatMap(({ name }) => parseMachineType(name).version ?? []),
    ),
  };
  for (const { value, source } of behaviours) {
    if (`${value.id}.yaml` !== basename(source.file)) {
      faults.push(source.fault(['id'], `is ${value.id}, unlike the name of the file`));
    }
    faults.push(...coverageFaults(value, known).map(({ path, message }) => source.fault(path, message)));
  }
  faults.push(
    ...repeated(behaviours, 'id', ({ id }) => id),
    ...repeated(machineTypes, 'name', ({ name }) => name),
    ...repeated(vendorMachineTypes, 'name', ({ name }) => name),
    ...withoutBase(vendorMachineTypes, machineTypes),
    ...repeated(releases, 'version', ({ version }) => version),
    ...repeated(pins, 'property', ({ array, qomType, property, firstRelease }) =>
      [array, `${qomType}.${property}`, firstRelease].join(' '),
    ),
    ...repeated(probed, 'name', (entry) => (isProbedBuild(entry) ? `build ${entry.id}` : entry.name)),
    ...repeated(knobRanges, 'property', ({ qomType, property }) => `${qomType}.${property}`),
  );
  if (faults.length > 0) throw new CatalogueError(faults.toSorted(byPlace));

  const content = {
    behaviours: values(behaviours).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    machineTypes: new Map(values(machineTypes).map((entry) => [entry.name, entry])),
    vendorMachineTypes: new Map(values(vendorMachineTypes).map((entry) => [entry.name, entry])),
    pins: values(pins),
    releases: values(releases),
    probedBuilds: values(probed).filter(isProbedBuild),
    deviceTypes: new Map(
      values(probed).flatMap((entry) => (isProbedBuild(entry) ? [] : [[entry.name, entry] as const])),
    ),
    knobRanges: values(knobRanges),
  };
  return { ...content, revision: revisionOf(content) };
};

const withoutBase = (
  vendorTypes: readonly Sourced<VendorMachineType>[],
  machineTypes: readonly Sourced<MachineTypeEntry>[],
): readonly CatalogueFault[] => {
  const known = new Set(values(machineTypes).map(({ name }) => name));
  return vendorTypes.flatMap(({ value, source, path }) =>
    known.has(value.base)
      ? []
      : source.fault([...path, 'base'], `names ${value.base}, which is no upstream machine type here`),
  );
};

const byPlace = (a: CatalogueFault, b: CatalogueFault): number =>
  a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;

/** The second of two with the same name, wherever the first is: an extra directory adds, it does not replace. */
const repeated = <T>(
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
