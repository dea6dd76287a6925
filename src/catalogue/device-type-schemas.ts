import { z } from 'zod';
import type { DeviceTypeEntry, KnobRange, ProbedBuild } from '../domain/catalogue/device-type.js';
import { about, type Placed } from './fact-schemas.js';
import { release } from './range-schema.js';
import type { SchemaFault } from './schema-words.js';

const text = z.string().min(1);
const buildIds = z.array(text).min(1);

const fields = {
  about,
  builds: z.array(
    z.strictObject({
      id: text,
      version: release,
      package: text.optional(),
      covers: text,
      fewerParts: z.boolean().optional(),
    }),
  ),
  types: z.array(
    z.strictObject({
      name: text,
      parent: text.optional(),
      inner: text.optional(),
      abstract: z.boolean().optional(),
      optional: z.boolean().optional(),
      absentIn: buildIds.optional(),
      unaskedIn: buildIds.optional(),
      properties: z
        .array(z.strictObject({ names: z.array(text).min(1), missingIn: buildIds.optional() }))
        .optional(),
    }),
  ),
};
const shape = z.strictObject(fields);
type DeviceTypesFile = z.output<typeof shape>;

/** Builds and types that are named and not there. */
const dangling = ({ builds, types }: DeviceTypesFile): readonly SchemaFault[] => {
  const ids = new Set(builds.map(({ id }) => id));
  const names = new Set(types.map(({ name }) => name));
  return types.flatMap(({ parent, inner, absentIn, unaskedIn, properties }, i) => [
    ...Object.entries({ parent, inner })
      .filter(([, name]) => name !== undefined && !names.has(name))
      .map(([key, name]) => ({ path: ['types', i, key], message: `is ${name}, which is no type here` })),
    ...Object.entries({
      absentIn,
      unaskedIn,
      properties: properties?.flatMap((group) => group.missingIn ?? []),
    })
      .flatMap(([key, named]) => (named ?? []).filter((id) => !ids.has(id)).map((id) => [key, id] as const))
      .map(([key, id]) => ({ path: ['types', i, key], message: `names ${id}, which is no build here` })),
  ]);
};

export const deviceTypesSchema = shape.superRefine((file, context) => {
  for (const { path, message } of dangling(file))
    context.addIssue({ code: 'custom', message, path: [...path] });
});

export const knobsSchema = z.strictObject({
  about,
  knobs: z.array(
    z.strictObject({
      qomType: text,
      property: text,
      firstRelease: release,
      lastRelease: release.optional(),
      definedIn: z.enum(['own-file', 'one-file', 'several-files', 'name-only']),
    }),
  ),
});

/** The file has builds and types side by side, since the types speak of the builds. */
export const toDeviceTypes = (file: DeviceTypesFile): readonly Placed<ProbedBuild | DeviceTypeEntry>[] => [
  ...file.builds.map((entry, i) => ({
    path: ['builds', i],
    value: {
      id: entry.id,
      build: { version: entry.version, package: entry.package ?? null },
      covers: entry.covers,
      fewerParts: entry.fewerParts ?? false,
    },
  })),
  ...file.types.map((entry, i) => ({
    path: ['types', i],
    value: {
      name: entry.name,
      parent: entry.parent ?? null,
      inner: entry.inner ?? null,
      abstract: entry.abstract ?? false,
      optional: entry.optional ?? false,
      absentIn: entry.absentIn ?? [],
      unaskedIn: entry.unaskedIn ?? [],
      properties: (entry.properties ?? []).map(({ names, missingIn }) => ({
        names,
        missingIn: missingIn ?? [],
      })),
    },
  })),
];

export const isProbedBuild = (entry: ProbedBuild | DeviceTypeEntry): entry is ProbedBuild => 'build' in entry;

export const toKnobRanges = (file: z.output<typeof knobsSchema>): readonly Placed<KnobRange>[] =>
  file.knobs.map((entry, i) => ({
    path: ['knobs', i],
    value: { ...entry, lastRelease: entry.lastRelease ?? null },
  }));
