import { createHash } from 'node:crypto';
import type { Catalogue } from '../domain/catalogue/catalogue.js';

/** JSON with the keys of every object in order, so that equal content is equal text. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
};

/** Where an entry stands in its file says nothing; the order within a behaviour does: there the first match wins. */
const inAnyOrder = (entries: readonly unknown[]): string =>
  `[${entries.map(canonical).toSorted().join(',')}]`;

/** SHA-256 over the content, first 16 hex digits. Independent of files, their order, comments and layout. */
export const revisionOf = (content: Omit<Catalogue, 'revision'>): string => {
  const parts: readonly (readonly unknown[])[] = [
    content.behaviours,
    [...content.machineTypes.values()],
    [...content.vendorMachineTypes.values()],
    content.pins,
    content.releases,
    content.probedBuilds,
    [...content.deviceTypes.values()],
    content.knobRanges,
  ];
  return createHash('sha256').update(parts.map(inAnyOrder).join('\n')).digest('hex').slice(0, 16);
};
