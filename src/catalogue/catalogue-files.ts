import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueFault } from './catalogue-error.js';

/** What a catalogue directory may hold, each part once. Behaviours have a file each. */
export interface CatalogueFiles {
  readonly behaviours: readonly string[];
  readonly releases: readonly string[];
  readonly machineTypes: readonly string[];
  readonly vendorMachineTypes: readonly string[];
  readonly pins: readonly string[];
  readonly deviceTypes: readonly string[];
  readonly knobs: readonly string[];
  readonly faults: readonly CatalogueFault[];
}

const FOLDER = 'behaviours';
const FACTS: Readonly<Record<string, Exclude<keyof CatalogueFiles, 'behaviours' | 'faults'>>> = {
  'releases.json': 'releases',
  'machine-types.json': 'machineTypes',
  'vendor-machine-types.json': 'vendorMachineTypes',
  'pins.json': 'pins',
  'device-types.json': 'deviceTypes',
  'knobs.json': 'knobs',
};

/** Names in a folder, in an order that does not depend on the file system. Hidden ones are an editor's or Kubernetes' own. */
const namesIn = (directory: string): readonly string[] =>
  readdirSync(directory)
    .filter((name) => !name.startsWith('.'))
    .toSorted();

const fault = (file: string, message: string): CatalogueFault => ({ file, line: 1, field: '', message });
const isYaml = (name: string): boolean => /\.ya?ml$/i.test(name);

/** The files of all directories. A YAML file that would not be read is a fault: somebody thinks that it counts. */
export const catalogueFiles = (directories: readonly string[]): CatalogueFiles => {
  const found: Found = {
    behaviours: [],
    releases: [],
    machineTypes: [],
    vendorMachineTypes: [],
    pins: [],
    deviceTypes: [],
    knobs: [],
    faults: [],
  };
  for (const directory of directories) {
    try {
      list(directory, found);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      found.faults.push(fault(directory, `cannot be read: ${message}`));
    }
  }
  return found;
};

type Found = { readonly [Part in keyof CatalogueFiles]: CatalogueFiles[Part][number][] };

const list = (directory: string, found: Found): void => {
  let files = 0;
  for (const name of namesIn(directory)) {
    const part = FACTS[name];
    if (part !== undefined) found[part].push(join(directory, name));
    else if (name === FOLDER) listBehaviours(join(directory, FOLDER), found);
    else if (isYaml(name)) {
      found.faults.push(fault(join(directory, name), `is not read; behaviours go into the folder ${FOLDER}`));
    } else continue;
    files += 1;
  }
  if (files === 0) found.faults.push(fault(directory, 'holds no part of a catalogue'));
};

const listBehaviours = (folder: string, found: Found): void => {
  for (const name of namesIn(folder)) {
    if (name.endsWith('.yaml')) found.behaviours.push(join(folder, name));
    else if (isYaml(name)) found.faults.push(fault(join(folder, name), 'is not read; name it .yaml'));
  }
};
