import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueFault } from './catalogue-error.js';

/** What a catalogue directory may hold, each part once. Behaviours have a file each. */
export interface CatalogueFiles {
  readonly behaviours: readonly string[];
  readonly releases: readonly string[];
  readonly machineTypes: readonly string[];
  readonly pins: readonly string[];
  readonly faults: readonly CatalogueFault[];
}

const FOLDER = 'behaviours';
const FACTS: Readonly<Record<string, 'releases' | 'machineTypes' | 'pins'>> = {
  'releases.json': 'releases',
  'machine-types.json': 'machineTypes',
  'pins.json': 'pins',
};

/** Names in a folder, in an order that does not depend on the file system. Hidden ones are an editor's or Kubernetes' own. */
const namesIn = (directory: string): readonly string[] =>
  readdirSync(directory)
    .filter((name) => !name.startsWith('.'))
    .toSorted();

const fault = (file: string, message: string): CatalogueFault => ({ file, line: 1, field: '', message });
const isYaml = (name: string): boolean => /\.ya?ml$/i.test(name);

/** The files of one directory. A YAML file that would not be read is a fault: somebody thinks that it counts. */
export const catalogueFiles = (directory: string): CatalogueFiles => {
  const found = {
    behaviours: [] as string[],
    releases: [] as string[],
    machineTypes: [] as string[],
    pins: [] as string[],
  };
  const faults: CatalogueFault[] = [];
  try {
    for (const name of namesIn(directory)) {
      const part = FACTS[name];
      if (part !== undefined) found[part].push(join(directory, name));
      else if (isYaml(name))
        faults.push(fault(join(directory, name), `is not read; behaviours go into the folder ${FOLDER}`));
    }
    const behaviours = namesIn(directory).includes(FOLDER) ? namesIn(join(directory, FOLDER)) : [];
    for (const name of behaviours) {
      const file = join(directory, FOLDER, name);
      if (name.endsWith('.yaml')) found.behaviours.push(file);
      else if (isYaml(name)) faults.push(fault(file, 'is not read; name it .yaml'));
    }
  } catch (error) {
    return {
      ...found,
      faults: [fault(directory, `cannot be read: ${error instanceof Error ? error.message : String(error)}`)],
    };
  }
  if (Object.values(found).every((files) => files.length === 0))
    faults.push(fault(directory, 'holds no catalogue files'));
  return { ...found, faults };
};
