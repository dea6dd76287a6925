import { z } from 'zod';
import type {
  Pin,
  ReleaseEntry,
  MachineTypeEntry,
  VendorMachineType,
} from '../domain/catalogue/catalogue.js';
import { evidence } from './behaviour-schema.js';
import type { FieldPath } from './source.js';
import { machineVersion, release, series } from './range-schema.js';

const text = z.string().min(1);
/** JSON has no comments: where the facts come from, and how far to trust them. Not part of the content. */
export const about = z.array(z.string()).optional();
/** A value may be empty text: `romfile` of old types is. */
const value = z.string();

export const releasesSchema = z.strictObject({
  about,
  releases: z.array(
    z.strictObject({
      version: release,
      date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date, as 2023-05-29'),
    }),
  ),
});

export const machineTypesSchema = z.strictObject({
  about,
  machineTypes: z.array(
    z.strictObject({
      name: text,
      firstRelease: release,
      goneIn: series.optional(),
      deprecatedFrom: series.optional(),
      removedIn: series.optional(),
    }),
  ),
});

/** By vendor, so that what is said of all of one vendor's types is said once. */
export const vendorMachineTypesSchema = z.strictObject({
  about,
  vendors: z.array(
    z.strictObject({
      vendor: text,
      machineTypes: z.array(z.strictObject({ name: text, base: text, evidence })),
    }),
  ),
});

/** Grouped as QEMU's source has them: what an array says of itself is said once. */
export const pinsSchema = z.strictObject({
  about,
  arrays: z.array(
    z.strictObject({
      array: text,
      upToMachineVersion: machineVersion.optional(),
      families: z.array(text).min(1),
      pins: z.array(
        z.strictObject({
          qomType: text,
          property: text,
          value,
          firstRelease: release,
          lastRelease: release.optional(),
          absentIn: z.array(release).optional(),
          commit: text.optional(),
        }),
      ),
    }),
  ),
});

/** An entry of a file, with its place there. */
export interface Placed<T> {
  readonly value: T;
  readonly path: FieldPath;
}

export const toReleases = (file: z.output<typeof releasesSchema>): readonly Placed<ReleaseEntry>[] =>
  file.releases.map((value, i) => ({ value, path: ['releases', i] }));

export const toMachineTypes = (
  file: z.output<typeof machineTypesSchema>,
): readonly Placed<MachineTypeEntry>[] =>
  file.machineTypes.map((entry, i) => ({
    path: ['machineTypes', i],
    value: {
      name: entry.name,
      firstRelease: entry.firstRelease,
      goneIn: entry.goneIn ?? null,
      deprecatedFrom: entry.deprecatedFrom ?? null,
      removedIn: entry.removedIn ?? null,
    },
  }));

export const toVendorMachineTypes = (
  file: z.output<typeof vendorMachineTypesSchema>,
): readonly Placed<VendorMachineType>[] =>
  file.vendors.flatMap(({ vendor, machineTypes }, i) =>
    machineTypes.map((entry, j) => ({
      path: ['vendors', i, 'machineTypes', j],
      value: { ...entry, vendor },
    })),
  );

export const toPins = (file: z.output<typeof pinsSchema>): readonly Placed<Pin>[] =>
  file.arrays.flatMap(({ array, upToMachineVersion, families, pins }, i) =>
    pins.map((pin, j) => ({
      path: ['arrays', i, 'pins', j],
      value: {
        array,
        upToMachineVersion: upToMachineVersion ?? null,
        families,
        qomType: pin.qomType,
        property: pin.property,
        value: pin.value,
        firstRelease: pin.firstRelease,
        lastRelease: pin.lastRelease ?? null,
        absentIn: pin.absentIn ?? [],
        commit: pin.commit ?? null,
      },
    })),
  );
