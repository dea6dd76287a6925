import { z } from 'zod';
import type { BuildFacts, CpuFacts } from '../../domain/qemu/build-facts.js';
import { buildSchema } from './launch-schema.js';
import { line, machineTypeName, propertyName, typeName } from './schema-text.js';

/** Far above any real QEMU: 11.1 has 890 types, 430 properties on one, 65 machine types, 190 compat properties. */
const MAX = { types: 10_000, properties: 2_000, machines: 2_000, compatProps: 5_000, models: 5_000 };

const atMost = (max: number) => `has over ${max} entries`;
const list = <T extends z.ZodType>(entry: T, max: number) => z.array(entry).max(max, atMost(max));
/** Old names have blanks and more: `ICH9 SMB`, `SUNW,fdtwo`. */
const anyTypeName = line(200);
const featureName = line(100);

const compatProps = z.strictObject({
  like: machineTypeName.nullable(),
  // A compat property may name what is no device, such as `chardev-vc`.
  then: list(
    z.strictObject({ qomType: typeName, property: propertyName, value: z.string().max(1_000) }),
    MAX.compatProps,
  ),
});

/** As `hopledger probe` prints it. The fingerprint is not taken on trust: see `buildFingerprint`. */
export const buildFactsSchema: z.ZodType<BuildFacts> = z.strictObject({
  fingerprint: line(64),
  build: buildSchema,
  target: line(50),
  machineTypes: list(
    z.strictObject({
      name: machineTypeName,
      alias: machineTypeName.nullable(),
      deprecated: z.boolean(),
      compatProps: compatProps.nullable(),
    }),
    MAX.machines,
  ),
  types: list(
    z.strictObject({
      name: anyTypeName,
      parent: anyTypeName.nullable(),
      inner: anyTypeName.nullable(),
      abstract: z.boolean(),
      properties: list(
        z.strictObject({ name: line(200), type: line(200), default: z.string().max(200).nullable() }),
        MAX.properties,
      ).nullable(),
    }),
    MAX.types,
  ),
  cpuModels: list(
    z.strictObject({
      name: featureName,
      aliasOf: featureName.nullable(),
      migrationSafe: z.boolean().nullable(),
    }),
    MAX.models,
  ),
});

export const cpuFactsSchema: z.ZodType<CpuFacts> = z.strictObject({
  accelerator: z.enum(['kvm', 'tcg']),
  wanting: list(
    z.strictObject({ model: featureName, features: list(featureName, MAX.properties) }),
    MAX.models,
  ),
  host: z
    .strictObject({ on: list(featureName, MAX.properties), off: list(featureName, MAX.properties) })
    .nullable(),
});
